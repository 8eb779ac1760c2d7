//! What a plugin prints becomes lines of its log, within the log's limits. There is nothing to be read.

use super::{link::Interface, poll::Pollable};
use crate::{config::Limits, evaluate::LogLevel, log_book::LogBook, state::State, stop::Stop};
use std::mem;
use wasmtime::{
    Result, StoreContextMut,
    component::{ComponentType, Lower, Resource, WasmList},
};

/// Bytes of one write, at most; the number is WASI's own.
const WRITE_BYTES_MAX: usize = 4096;
/// The handles of the two streams.
const STDOUT: u32 = 1;
const STDERR: u32 = 2;

type Store<'a> = StoreContextMut<'a, State>;
type Streamed<T> = Result<(Result<T, StreamError>,)>;

/// `input-stream`
pub(super) struct InputStream;
/// `output-stream`
pub(super) struct OutputStream;
/// `error`, of `io`: there is never one.
pub(super) struct IoError;

#[derive(ComponentType, Lower)]
#[component(variant)]
#[expect(dead_code, reason = "a stream that cannot fail; the contract of WASI has the case all the same")]
enum StreamError {
    #[component(name = "last-operation-failed")]
    LastOperationFailed(Resource<IoError>),
    #[component(name = "closed")]
    Closed,
}

/// What one call printed so far.
pub(super) struct Printed {
    stdout: Line,
    stderr: Line,
}

/// A line that may still go on.
struct Line {
    name: &'static str,
    level: LogLevel,
    begun: Vec<u8>,
    bytes_max: usize,
}

impl Printed {
    /// Nothing.
    pub(super) fn new(limits: &Limits) -> Self {
        let bytes_max = limits.string_bytes_max as usize;
        let line = |name, level| Line { name, level, begun: Vec::new(), bytes_max };
        Self { stdout: line("stdout", LogLevel::Info), stderr: line("stderr", LogLevel::Warn) }
    }

    /// Writes down what has no end of line yet.
    pub(super) fn close(&mut self, log: &mut LogBook) {
        for line in [&mut self.stdout, &mut self.stderr] {
            if !line.begun.is_empty() {
                line.end(log);
            }
        }
    }

    fn print(&mut self, stream: u32, bytes: &[u8], log: &mut LogBook) {
        let line = if stream == STDERR { &mut self.stderr } else { &mut self.stdout };
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let text = piece.strip_suffix(b"\n").unwrap_or(piece);
            line.go_on(text);
            if text.len() < piece.len() {
                line.end(log);
            }
        }
    }
}

impl Line {
    /// What is over the limit of a line is dropped.
    fn go_on(&mut self, text: &[u8]) {
        let room = self.bytes_max.saturating_sub(self.begun.len());
        self.begun.extend_from_slice(text.get(..room).unwrap_or(text));
    }

    fn end(&mut self, log: &mut LogBook) {
        let bytes = mem::take(&mut self.begun);
        if !log.is_full() {
            let text = format!("{}: {}", self.name, String::from_utf8_lossy(&bytes));
            let line = log.cut(&text).to_owned();
            log.write(self.level, line);
        }
    }
}

/// `stdin`, `stdout` and `stderr`
pub(super) fn stdio(interface: &mut Interface<'_>) -> Result<()> {
    interface.func_wrap("get-stdin", |_: Store<'_>, (): ()| Ok((Resource::<InputStream>::new_own(0),)))?;
    interface.func_wrap("get-stdout", |_: Store<'_>, (): ()| Ok((Resource::<OutputStream>::new_own(STDOUT),)))?;
    interface.func_wrap("get-stderr", |_: Store<'_>, (): ()| Ok((Resource::<OutputStream>::new_own(STDERR),)))
}

/// `streams`
pub(super) fn streams(interface: &mut Interface<'_>) -> Result<()> {
    type In = Resource<InputStream>;
    type Out = Resource<OutputStream>;
    for name in ["read", "blocking-read"] {
        let name = format!("[method]input-stream.{name}");
        interface.func_wrap(&name, |_: Store<'_>, (_, _): (In, u64)| -> Streamed<Vec<u8>> { closed() })?;
    }
    for name in ["skip", "blocking-skip"] {
        let name = format!("[method]input-stream.{name}");
        interface.func_wrap(&name, |_: Store<'_>, (_, _): (In, u64)| -> Streamed<u64> { closed() })?;
    }
    interface.func_wrap("[method]input-stream.subscribe", |_: Store<'_>, (_,): (In,)| {
        Ok((Resource::<Pollable>::new_own(0),))
    })?;
    interface.func_wrap("[method]output-stream.subscribe", |_: Store<'_>, (_,): (Out,)| {
        Ok((Resource::<Pollable>::new_own(0),))
    })?;
    interface.func_wrap("[method]output-stream.check-write", |_: Store<'_>, (_,): (Out,)| -> Streamed<u64> {
        Ok((Ok(WRITE_BYTES_MAX as u64),))
    })?;
    for name in ["flush", "blocking-flush"] {
        let name = format!("[method]output-stream.{name}");
        interface.func_wrap(&name, |_: Store<'_>, (_,): (Out,)| -> Streamed<()> { Ok((Ok(()),)) })?;
    }
    interface.func_wrap("[method]output-stream.write", write)?;
    interface.func_wrap("[method]output-stream.blocking-write-and-flush", write)
}

fn closed<T>() -> Streamed<T> {
    Ok((Err(StreamError::Closed),))
}

fn write(mut store: Store<'_>, (stream, contents): (Resource<OutputStream>, WasmList<u8>)) -> Streamed<()> {
    let (used, allowed) = (contents.len(), WRITE_BYTES_MAX);
    if used > allowed {
        let (used, allowed) = (used as u64, allowed as u64);
        return Err(Stop::TooMuch { what: "bytes printed at once", used, allowed }.into());
    }
    let bytes = contents.as_le_slice(&store).to_vec();
    let State { inert, log, .. } = store.data_mut();
    let inert = inert.as_deref_mut().ok_or(Stop::Host("WASI was linked to a plugin that does not import it"))?;
    inert.printed.print(stream.rep(), &bytes, log);
    Ok((Ok(()),))
}

#[cfg(test)]
mod tests {
    use super::{Printed, STDERR, STDOUT};
    use crate::{config::Limits, log_book::LogBook};

    fn printed(limits: Limits, writes: &[(u32, &[u8])]) -> Vec<String> {
        let (mut printed, mut log) = (Printed::new(&limits), LogBook::new(&limits));
        for (stream, bytes) in writes {
            printed.print(*stream, bytes, &mut log);
        }
        printed.close(&mut log);
        log.close().into_iter().map(|line| format!("{} {}", line.level.word(), line.message)).collect()
    }

    #[test]
    fn lines_are_put_together_from_writes_and_say_where_they_come_from() {
        let writes: [(u32, &[u8]); 4] =
            [(STDOUT, b"one\ntw"), (STDERR, b"\xFFoops\n"), (STDOUT, b"o\n\n"), (STDOUT, b"no end")];
        let expected = [
            "info stdout: one",
            "warn stderr: \u{fffd}oops",
            "info stdout: two",
            "info stdout: ",
            "info stdout: no end",
        ];
        assert_eq!(printed(Limits::default(), &writes), expected);
    }

    #[test]
    fn the_logs_limits_hold() {
        let limits = Limits { log_lines_max: 1, string_bytes_max: 12, ..Limits::default() };
        let long = [b'x'; 4096];
        let writes: [(u32, &[u8]); 3] = [(STDOUT, &long), (STDOUT, &long), (STDOUT, b"\nsecond\nthird")];
        let expected = ["info stdout: xxxx", "warn log lines: 3 used, 1 allowed; the rest was dropped"];
        assert_eq!(printed(limits, &writes), expected);
    }
}
