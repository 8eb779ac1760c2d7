//! Every curl recipe of the README, as it stands there: against a real gate it does what the README says, and against anything but
//! a yes its shell ends with another code than 0.

use crate::{
    reload::program::Program,
    wire::send,
    world::{self, root},
};
use std::{
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Command, Output},
};

/// Where the README says that the gate listens.
const ADDRESS: &str = "http://127.0.0.1:8780";

/// The shell blocks that call curl.
fn recipes() -> Vec<String> {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let blocks = readme.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let recipes: Vec<String> = blocks.filter(|block| block.contains("curl")).map(str::to_owned).collect();
    assert!(recipes.len() >= 4, "only {} recipes", recipes.len());
    recipes
}

fn run(recipe: &str, url: &str) -> Output {
    let script = recipe.replace(ADDRESS, url);
    // What a pipeline's shell does: it stops at the first failure, also inside a pipe.
    Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(root())
        .output()
        .expect("bash and curl are installed")
}

#[test]
fn the_gate_of_the_tour_starts_as_the_readme_says() {
    world::plugins();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let lines: Vec<&str> =
        readme.lines().filter_map(|line| line.strip_prefix("cargo run --release -- serve")).collect();
    let [arguments] = lines.as_slice() else { panic!("one line starts the gate: {lines:?}") };
    let arguments: Vec<&str> = ["serve"].into_iter().chain(arguments.split_whitespace()).collect();
    let data = tempfile::tempdir().unwrap();
    let gate = Program::start(&arguments, &data);
    assert_eq!(send(gate.address(), "GET", "/readyz", &[], b"").text(), "ready\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn recipes_do_what_the_readme_says() {
    let gate = world::gate().run().await;
    let url = gate.url.clone();
    let checked = tokio::task::spawn_blocking(move || {
        for recipe in recipes() {
            let output = run(&recipe, &url);
            let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            let refused = recipe.contains("02-unit-tests-failing");
            assert_eq!(output.status.success(), !refused, "{recipe}\n{out}\n{err}");
            assert!(!refused || out.contains("REMEDIATE"), "{recipe}\n{out}");
        }
    });
    checked.await.unwrap();
    gate.stop().await;
}

#[test]
fn only_a_yes_ends_a_recipe_with_0() {
    let answers = [
        ("allow", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\nconnection: close\r\n\r\n{\"id\":\"a\"}"),
        ("deny", "HTTP/1.1 409 Conflict\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"),
        ("hold", "HTTP/1.1 409 Conflict\r\nretry-after: 60\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"),
        ("unprocessable", "HTTP/1.1 422 Unprocessable Content\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"),
        ("unavailable", "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"),
        ("cut before the answer", ""),
        ("cut inside the answer", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\nconnection: close\r\n\r\n{\"id\""),
    ];
    for recipe in recipes() {
        for (name, answer) in answers {
            let url = fake(answer);
            let output = run(&recipe, &url);
            let err = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.success(), name == "allow", "{name}:\n{recipe}\n{err}");
        }
    }
}

/// A server that answers everything the same, until the test ends.
fn fake(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            reply(stream, answer);
        }
    });
    url
}

fn reply(mut stream: TcpStream, answer: &str) {
    let mut request = Vec::new();
    let mut buffer = [0; 16 * 1024];
    while !whole(&request) {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(read) => request.extend_from_slice(&buffer[..read]),
        }
    }
    // The client may be gone; that is what the test looks at.
    let _gone = stream.write_all(answer.as_bytes());
}

fn whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    request.len() >= end + 4 + length.unwrap_or(0)
}
