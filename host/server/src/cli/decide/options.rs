//! What the parser of the command line cannot see: flags that contradict each other.

use super::{Args, evidence::Label};
use crate::{cli::talk, render::Output};
use std::{path::PathBuf, time::Duration};
use tidegate_bundle::duration;
use tidegate_core::time::in_words;

/// The longest that anything is waited for: a pipeline that waits longer has been forgotten.
const SPAN_MAX: Duration = Duration::from_secs(24 * 3600);

/// A command line that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Mistake {
    #[error("`{0}` needs `--server`\nhint: without a gate nothing is recorded, and there is nothing to wait for")]
    NeedsServer(&'static str),
    #[error("`{flag}` speaks of evidence `{label}`, which `--evidence` does not give")]
    Unspoken { flag: &'static str, label: Label },
    #[error("`{flag}` speaks of evidence `{label}` twice")]
    Twice { flag: &'static str, label: Label },
    #[error("`--output` names two forms for stdout: `{0}` and `{1}`\nhint: `--output {1}=FILE` writes to a file")]
    Stdout(Output, Output),
    #[error("two outputs go to the same file `{}`", .0.display())]
    SameFile(PathBuf),
    #[error("label `{0}` is given twice")]
    LabelTwice(String),
}

/// A span of time, of a day at most.
pub(in crate::cli) fn span(text: &str) -> Result<Duration, String> {
    let span = duration::parse(text).map_err(|error| error.to_string())?;
    if span > SPAN_MAX {
        return Err(format!("is too long: {} used, {} allowed", in_words(span), in_words(SPAN_MAX)));
    }
    Ok(span)
}

/// The first contradiction, if there is one.
pub(super) fn consistent(args: &Args) -> Result<(), Mistake> {
    if args.server.is_none() {
        let given = [
            ("--receipt", args.receipt.is_some()),
            ("--wait", args.wait.is_some()),
            ("--retry-for", args.retry_for.is_some()),
        ];
        if let Some((flag, _)) = given.into_iter().find(|(_, given)| *given) {
            return Err(Mistake::NeedsServer(flag));
        }
    }
    spoken(args, "--format", &args.format.iter().map(|said| &said.label).collect::<Vec<_>>())?;
    spoken(args, "--produced-at", &args.produced_at.iter().map(|said| &said.label).collect::<Vec<_>>())?;
    outputs(args)?;
    args.deployment.labels_once().map_err(Mistake::LabelTwice)
}

/// A flag that speaks of evidence which is not given is a typing mistake.
fn spoken(args: &Args, flag: &'static str, labels: &[&Label]) -> Result<(), Mistake> {
    for (index, label) in labels.iter().copied().enumerate() {
        if !args.evidence.iter().any(|evidence| evidence.label == *label) {
            return Err(Mistake::Unspoken { flag, label: label.clone() });
        }
        if labels.iter().take(index).any(|earlier| *earlier == label) {
            return Err(Mistake::Twice { flag, label: label.clone() });
        }
    }
    Ok(())
}

fn outputs(args: &Args) -> Result<(), Mistake> {
    let mut stdout = args.output.iter().filter(|wanted| wanted.file.is_none());
    if let (Some(first), Some(second)) = (stdout.next(), stdout.next()) {
        return Err(Mistake::Stdout(first.output, second.output));
    }
    let files: Vec<&PathBuf> =
        args.output.iter().filter_map(|wanted| wanted.file.as_ref()).chain(&args.receipt).collect();
    for (index, file) in files.iter().enumerate() {
        if files.iter().take(index).any(|earlier| earlier == file) {
            return Err(Mistake::SameFile((*file).clone()));
        }
    }
    Ok(())
}

/// The trace that the pipeline runs in, when it is one.
pub(super) fn traceparent(value: Option<String>) -> Option<String> {
    let value = value.filter(|value| !value.is_empty())?;
    if is_traceparent(&value) {
        return Some(value);
    }
    talk::warning(&format!("`TRACEPARENT` is not a W3C trace context, and is not passed on: `{value}`"));
    None
}

/// `00-<32 hex>-<16 hex>-<2 hex>`; later versions may have more behind it.
fn is_traceparent(value: &str) -> bool {
    let hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let zero = |text: &str| text.bytes().all(|byte| byte == b'0');
    let parts: Vec<&str> = value.split('-').collect();
    match parts.as_slice() {
        ["00", trace, span, flags] => hex(trace, 32) && hex(span, 16) && hex(flags, 2) && !zero(trace) && !zero(span),
        [version, trace, span, flags, ..] => {
            hex(version, 2)
                && !matches!(*version, "00" | "ff")
                && hex(trace, 32)
                && hex(span, 16)
                && hex(flags, 2)
                && value.len() <= 512
                && value.bytes().all(|byte| byte.is_ascii_graphic())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_traceparent, span};

    #[test]
    fn only_a_trace_context_is_passed_on() {
        let (trace, span) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
        for (value, fits) in [
            (format!("00-{trace}-{span}-01"), true),
            (format!("01-{trace}-{span}-01-more"), true),
            (format!("00-{trace}-{span}-01-more"), false),
            (format!("ff-{trace}-{span}-01"), false),
            (format!("00-{trace}-{span}-1"), false),
            (format!("00-{}-{span}-01", "0".repeat(32)), false),
            (format!("00-{}-{span}-01", trace.to_uppercase()), false),
            (format!("00-{trace}-{span}-01\r\nx: y"), false),
            (String::new(), false),
        ] {
            assert_eq!(is_traceparent(&value), fits, "{value:?}");
        }
    }

    #[test]
    fn a_span_over_a_day_says_both_numbers() {
        assert_eq!(span("25h"), Err("is too long: 25h used, 24h allowed".to_owned()));
        assert_eq!(span("1h30m").map(|span| span.as_secs()), Ok(5400));
    }
}
