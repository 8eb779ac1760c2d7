//! Whoever opens connections without end takes places, not the gate: there are so many, and each is given back.

use crate::{
    wire::send,
    world::{self, World},
};
use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

const LIVES: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";

/// So many places; who says nothing for this long loses theirs.
fn places(connections: usize, patience: Duration) -> World {
    world::gate().configured(move |config| {
        config.limits.connections = connections;
        (config.limits.header_timeout, config.limits.body_timeout) = (patience, patience);
    })
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// Asks on a connection that stays open, and reads the whole answer.
fn lives(stream: &mut TcpStream) {
    stream.write_all(LIVES).unwrap();
    answered(stream);
}

fn answered(stream: &mut TcpStream) {
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\nok\n") {
        let mut byte = [0];
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "closed after {answer:?}");
        answer.push(byte[0]);
    }
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_beyond_the_bound_wait_until_one_ends() {
    let gate = places(2, Duration::from_secs(3600)).run().await;
    let gate = tokio::task::spawn_blocking(move || {
        let (mut first, mut second) = (connect(gate.address), connect(gate.address));
        lives(&mut first);
        lives(&mut second);
        let mut third = connect(gate.address);
        third.write_all(LIVES).unwrap();
        // Those who are in are served as before, and the one who waits is not, however often they ask.
        for _ in 0..64 {
            lives(&mut first);
            lives(&mut second);
        }
        third.set_nonblocking(true).unwrap();
        assert_eq!(third.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock, "there were two places");
        third.set_nonblocking(false).unwrap();
        drop(first);
        answered(&mut third);
        lives(&mut second);
        gate
    });
    // A gate whose places are all taken stops like any other.
    gate.await.unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_or_takes_nothing_loses_their_place() {
    let gate = places(1, Duration::from_millis(200)).run().await;
    let gate = tokio::task::spawn_blocking(move || {
        let silent = connect(gate.address);
        assert_eq!(send(gate.address, "GET", "/healthz", &[], b"").status, 200);
        let mut halfway = connect(gate.address);
        halfway.write_all(b"GET /healthz HTT").unwrap();
        assert_eq!(send(gate.address, "GET", "/healthz", &[], b"").status, 200);
        let mut idle = connect(gate.address);
        lives(&mut idle);
        assert_eq!(send(gate.address, "GET", "/healthz", &[], b"").status, 200);
        // More answers than the system keeps for somebody who reads none of them.
        let mut deaf = connect(gate.address);
        deaf.write_all(&b"GET /openapi.json HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".repeat(1_000)).unwrap();
        assert_eq!(send(gate.address, "GET", "/healthz", &[], b"").status, 200);
        drop((silent, halfway, idle, deaf));
        gate
    });
    gate.await.unwrap().stop().await;
}
