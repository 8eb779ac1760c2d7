//! Somebody who takes whatever is posted, and keeps every byte of it.

use crate::wire::asked;
use std::{
    io::{BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
};

/// Keeps every byte that somebody exports.
pub(super) fn collector() -> (SocketAddr, Receiver<Vec<u8>>) {
    fn serve(stream: TcpStream, bodies: &Sender<Vec<u8>>) -> Option<()> {
        let mut reader = BufReader::new(stream);
        loop {
            let (_, body) = asked(&mut reader)?;
            bodies.send(body).ok()?;
            reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").ok()?;
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, bodies) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let sender = sender.clone();
            std::thread::spawn(move || serve(stream, &sender));
        }
    });
    (address, bodies)
}
