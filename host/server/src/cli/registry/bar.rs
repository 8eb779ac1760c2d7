//! How far a transfer is, on stderr.

use crate::cli::talk;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal as _};
use tidegate_registry::progress::{Progress, Told};

/// A bar on a terminal; elsewhere only what is tried again is told.
pub(super) struct Bar(Option<ProgressBar>);

impl Bar {
    pub(super) fn told() -> Told {
        let bar = Self(io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{msg} [{bar:40}] {bytes}/{total_bytes} {elapsed}");
            let bar = ProgressBar::new(0);
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        }));
        Told::by(move |progress| bar.tell(progress))
    }

    fn tell(&self, progress: &Progress<'_>) {
        match *progress {
            Progress::Pulled { done, total } => self.draw("pulled", done, total),
            Progress::Pushed { done, total } => self.draw("pushed", done, total),
            Progress::Again { why, wait } => {
                let text = format!("{why}; it is tried again in {} ms", wait.as_millis());
                match &self.0 {
                    Some(bar) => bar.suspend(|| talk::warning(&text)),
                    None => talk::warning(&text),
                }
            }
        }
    }

    fn draw(&self, word: &'static str, done: u64, total: u64) {
        if let Some(bar) = &self.0 {
            bar.set_message(word);
            bar.set_length(total);
            bar.set_position(done);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
