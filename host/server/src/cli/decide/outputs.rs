//! `--output`: where the answer goes, in which forms.

use crate::{
    api::answer::Answer,
    cli::talk,
    render::{Output, OutputError, render},
};
use std::{
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
    str::FromStr,
};
use tidegate_workbench::files::{self, write_atomically};

/// A form of the answer, and the file it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Wanted {
    pub(in crate::cli) output: Output,
    /// stdout when absent.
    pub(in crate::cli) file: Option<PathBuf>,
}

/// A text that is no output.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::cli) enum WantedError {
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error("names no file after `=`")]
    NoFile,
}

impl FromStr for Wanted {
    type Err = WantedError;

    fn from_str(text: &str) -> Result<Self, WantedError> {
        match text.split_once('=') {
            Some((_, "")) => Err(WantedError::NoFile),
            Some((output, file)) => Ok(Self { output: output.parse()?, file: Some(PathBuf::from(file)) }),
            None => Ok(Self { output: text.parse()?, file: None }),
        }
    }
}

/// Something of the answer that could not be handed out.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum WriteError {
    #[error("cannot write to stdout: {0}")]
    Stdout(io::Error),
    #[error(transparent)]
    File(#[from] files::FileError),
    #[error("cannot append to `{}`: {source}", path.display())]
    Append { path: PathBuf, source: io::Error },
    #[error("the gate's answer has no receipt: `{}` is not written", .0.display())]
    NoReceipt(PathBuf),
}

/// Hands out every form, also after one failed; then says what failed first.
pub(in crate::cli) fn write(wanted: &[Wanted], answer: &Answer) -> Result<(), WriteError> {
    let mut first = Ok(());
    for Wanted { output, file } in wanted {
        let text = render(answer, *output);
        let written = match file {
            None => talk::data(&text).map_err(WriteError::Stdout),
            Some(file) => write_file(*output, file, &text),
        };
        first = first.and(written);
    }
    if wanted.iter().all(|wanted| wanted.file.is_some()) {
        first = first.and(talk::data(&render(answer, Output::Text)).map_err(WriteError::Stdout));
    }
    first
}

/// GitHub's summary file belongs to all commands of a step: each adds its part. The others are replaced whole.
fn write_file(output: Output, path: &Path, text: &str) -> Result<(), WriteError> {
    if output != Output::Github {
        return Ok(write_atomically(path, text.as_bytes())?);
    }
    let appended =
        File::options().create(true).append(true).open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    appended.map_err(|source| WriteError::Append { path: path.to_owned(), source })
}
