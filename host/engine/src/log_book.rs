//! The lines that a plugin writes, bounded in number and length.

use crate::{
    config::Limits,
    evaluate::{LogLevel, LogLine},
};

/// What one evaluation wrote.
pub(crate) struct LogBook {
    lines: Vec<LogLine>,
    dropped: u32,
    lines_max: usize,
    bytes_max: usize,
}

impl LogBook {
    /// Empty.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            lines: Vec::new(),
            dropped: 0,
            lines_max: limits.log_lines_max as usize,
            bytes_max: limits.string_bytes_max as usize,
        }
    }

    /// Whether a further line would be dropped; counts it when so.
    pub(crate) fn is_full(&mut self) -> bool {
        let full = self.lines.len() >= self.lines_max;
        if full {
            self.dropped = self.dropped.saturating_add(1);
        }
        full
    }

    /// As much of a message as one line may hold.
    pub(crate) fn cut<'a>(&self, message: &'a str) -> &'a str {
        message.get(..message.floor_char_boundary(self.bytes_max)).unwrap_or_default()
    }

    /// Keeps a line that was cut.
    pub(crate) fn write(&mut self, level: LogLevel, message: String) {
        self.lines.push(LogLine { level, message });
    }

    /// All lines; the last one says how many were dropped.
    pub(crate) fn close(mut self) -> Vec<LogLine> {
        if self.dropped > 0 {
            let used = self.lines_max as u64 + u64::from(self.dropped);
            let message = format!("log lines: {used} used, {} allowed; the rest was dropped", self.lines_max);
            self.lines.push(LogLine { level: LogLevel::Warn, message });
        }
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::LogBook;
    use crate::{config::Limits, evaluate::LogLevel};

    #[test]
    fn further_lines_are_counted_and_long_ones_cut_between_characters() {
        let mut book = LogBook::new(&Limits { log_lines_max: 2, string_bytes_max: 4, ..Limits::default() });
        for text in ["abc", "abcé", "never"] {
            if !book.is_full() {
                let line = book.cut(text).to_owned();
                book.write(LogLevel::Info, line);
            }
        }
        let lines: Vec<String> = book.close().into_iter().map(|line| line.message).collect();
        assert_eq!(lines, ["abc", "abc", "log lines: 3 used, 2 allowed; the rest was dropped"]);
    }
}
