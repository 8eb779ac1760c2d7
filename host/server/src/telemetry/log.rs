//! What the gate says on stderr: one line each, and nothing in it that steers a terminal or looks like another line.

use crate::config::{LogConfig, LogFormat, LogLevel};
use std::{
    fmt::Write as _,
    io::{self, Write},
};
use tidegate_core::one_line::one_line;
use tracing_subscriber::{
    Layer, Registry,
    filter::{LevelFilter, Targets},
    fmt::{self, MakeWriter},
};

/// What the gate's own targets begin with; all other code is heard only when it warns.
pub(super) const OURS: &str = "tidegate";
/// Characters of one line of text, at most.
const LINE_CHARS_MAX: usize = 32 * 1024;

/// The layer that writes lines.
pub(crate) fn layer<W>(config: LogConfig, writer: W) -> Box<dyn Layer<Registry> + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let level = level(config.level);
    let heard = Targets::new().with_default(level.min(LevelFilter::WARN)).with_target(OURS, level);
    let lines = fmt::layer().with_ansi(false).log_internal_errors(false);
    let writer = Lines { inner: writer, format: config.format };
    match config.format {
        LogFormat::Text => lines.with_writer(writer).with_filter(heard).boxed(),
        LogFormat::Json => {
            lines.json().flatten_event(true).with_span_list(false).with_writer(writer).with_filter(heard).boxed()
        }
    }
}

fn level(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}

/// Writers that make every record one harmless line, whatever the formatter lets through.
struct Lines<W> {
    inner: W,
    format: LogFormat,
}

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Lines<W> {
    type Writer = Line<W::Writer>;
    fn make_writer(&'a self) -> Self::Writer {
        Line { inner: self.inner.make_writer(), format: self.format }
    }
}

struct Line<W> {
    inner: W,
    format: LogFormat,
}

impl<W: Write> Write for Line<W> {
    /// The formatter hands over one whole record at a time.
    fn write(&mut self, record: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(record);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let mut line = match self.format {
            LogFormat::Text => one_line(text, LINE_CHARS_MAX),
            LogFormat::Json => ascii(text),
        };
        line.push('\n');
        self.inner.write_all(line.as_bytes())?;
        Ok(record.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// JSON with everything beyond visible ASCII escaped. Outside its strings JSON holds nothing of the kind.
fn ascii(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    for character in json.chars() {
        if matches!(character, ' '..='~') {
            line.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing into a String cannot fail.
            let _ = write!(line, "\\u{unit:04x}");
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::layer;
    use crate::{
        config::{LogConfig, LogFormat, LogLevel},
        telemetry::memory::Memory,
    };
    use tracing_subscriber::layer::SubscriberExt as _;

    const HOSTILE: &str = "a\u{1b}[31mb\n2026 INFO forged\r\u{9b}2J\u{202e}c\u{7}\u{0}d – ü🤖\"\\";

    fn lines(format: LogFormat, level: LogLevel, talk: impl FnOnce()) -> Vec<String> {
        let memory = Memory::default();
        let subscriber = tracing_subscriber::registry().with(layer(LogConfig { format, level }, memory.writer()));
        tracing::subscriber::with_default(subscriber, talk);
        memory.text().lines().map(str::to_owned).collect()
    }

    fn talk_hostile() {
        let span = tracing::info_span!(target: "tidegate", "span", in_span = HOSTILE);
        span.in_scope(
            || tracing::info!(target: "tidegate", as_text = HOSTILE, debug = ?HOSTILE, display = %HOSTILE, "{HOSTILE}"),
        );
    }

    #[test]
    fn hostile_text_stays_on_one_line_of_text_and_steers_nothing() {
        let lines = lines(LogFormat::Text, LogLevel::Info, talk_hostile);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(!lines[0].chars().any(|c| c.is_control() || c == '\u{202e}'), "{lines:?}");
        assert!(lines[0].contains("– ü🤖") && lines[0].contains("forged"), "{lines:?}");
    }

    #[test]
    fn hostile_text_comes_out_of_a_json_line_as_it_went_in() {
        let lines = lines(LogFormat::Json, LogLevel::Info, talk_hostile);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].bytes().all(|b| (b' '..=b'~').contains(&b)), "{lines:?}");
        let record: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!(record["as_text"], HOSTILE);
        assert_eq!(record["display"], HOSTILE);
        assert_eq!(record["span"]["in_span"], HOSTILE);
    }

    #[test]
    fn others_are_heard_only_when_they_warn() {
        let talk = || {
            tracing::info!(target: "hyper", "h-info");
            tracing::warn!(target: "hyper", "h-warn");
            tracing::debug!(target: "tidegate::gate", "t-debug");
            tracing::debug!(target: "tidegate_engine", "e-debug");
            tracing::trace!(target: "tidegate", "t-trace");
        };
        for (level, heard) in [
            (LogLevel::Debug, vec!["h-warn", "t-debug", "e-debug"]),
            (LogLevel::Info, vec!["h-warn"]),
            (LogLevel::Error, vec![]),
        ] {
            let lines = lines(LogFormat::Text, level, talk);
            assert_eq!(lines.len(), heard.len(), "{lines:?}");
            assert!(lines.iter().zip(heard).all(|(line, word)| line.ends_with(word)), "{lines:?}");
        }
    }
}
