//! W3C trace context: a caller's trace is joined, but its sampling flag never hides a decision.

use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState},
};
use std::str::FromStr as _;
use tidegate_evidence::secrets::found_in;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Bytes of `tracestate` that are passed on, at most; a longer one is left out, as the standard allows.
pub const TRACESTATE_BYTES_MAX: usize = 512;
/// Members of `tracestate`, at most: the standard's number.
const TRACESTATE_MEMBERS_MAX: usize = 32;

/// The span of a caller that asked.
#[derive(Debug, Clone, PartialEq)]
pub struct RemoteParent(SpanContext);

/// The caller's span, if `traceparent` names one. What is not written as the standard says counts as absent.
#[must_use]
pub fn remote_parent(traceparent: Option<&str>, tracestate: Option<&str>) -> Option<RemoteParent> {
    let (trace, span, flags) = parse(traceparent?)?;
    // Whatever a caller writes there goes to whoever collects spans: a secret does not.
    let tracestate = tracestate.filter(|text| found_in(text).is_empty());
    let state = tracestate.and_then(parse_state).unwrap_or_default();
    Some(RemoteParent(SpanContext::new(trace, span, flags, true, state)))
}

impl RemoteParent {
    /// Makes `span` a child of the caller's. To be called before the span is entered for the first time.
    pub fn adopt(&self, span: &Span) {
        // Without an exporter there is nothing to adopt into, and that is no mistake.
        let _ = span.set_parent(Context::new().with_remote_span_context(self.0.clone()));
    }

    /// A span of this process that the exporter does not know.
    #[must_use]
    pub fn own(trace: [u8; 16], span: [u8; 8], state: &str) -> Self {
        let state = TraceState::from_str(state).unwrap_or_default();
        let (trace, span) = (TraceId::from_bytes(trace), SpanId::from_bytes(span));
        Self(SpanContext::new(trace, span, TraceFlags::SAMPLED, true, state))
    }

    /// The caller's trace.
    #[must_use]
    pub fn trace_bytes(&self) -> [u8; 16] {
        self.0.trace_id().to_bytes()
    }

    /// The caller's span.
    #[must_use]
    pub fn span_bytes(&self) -> [u8; 8] {
        self.0.span_id().to_bytes()
    }

    /// What other tracing systems want passed on.
    #[must_use]
    pub fn state(&self) -> String {
        self.0.trace_state().header()
    }
}

/// `version-trace-span-flags` in lower-case hexadecimal digits; later versions may go on after another `-`.
fn parse(text: &str) -> Option<(TraceId, SpanId, TraceFlags)> {
    let mut parts = text.splitn(5, '-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let further = parts.next();
    let lengths = [version, trace, span, flags].map(str::len) == [2, 32, 16, 2];
    let lower_hex = |part: &&str| part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !lengths || ![version, trace, span, flags].iter().all(lower_hex) {
        return None;
    }
    if version == "ff" || (version == "00" && further.is_some()) {
        return None;
    }
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?);
    (trace != TraceId::INVALID && span != SpanId::INVALID).then_some((trace, span, flags))
}

/// What other tracing systems want passed on; as a whole or not at all.
fn parse_state(text: &str) -> Option<TraceState> {
    let printable = text.bytes().all(|b| matches!(b, b'\t' | b' '..=b'~'));
    if text.len() > TRACESTATE_BYTES_MAX || !printable {
        return None;
    }
    let members: Vec<&str> = text.split(',').map(|member| member.trim_matches([' ', '\t'])).collect();
    let keys: Vec<&str> = members.iter().filter_map(|member| Some(member.split_once('=')?.0)).collect();
    let twice = keys.iter().enumerate().any(|(i, key)| keys.iter().take(i).any(|earlier| earlier == key));
    if members.len() > TRACESTATE_MEMBERS_MAX || twice || keys.iter().any(|key| key.is_empty()) {
        return None;
    }
    TraceState::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::remote_parent;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn a_caller_is_read_whatever_its_sampling_flag() {
        for text in [
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes-later",
        ] {
            let parent = remote_parent(Some(text), None).expect(text);
            let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            let ids = (hex(&parent.trace_bytes()), hex(&parent.span_bytes()));
            assert_eq!(ids, (TRACE.to_owned(), "00f067aa0ba902b7".to_owned()), "{text}");
            assert!(parent.0.is_remote());
        }
    }

    #[test]
    fn what_the_standard_does_not_allow_is_absent() {
        assert_eq!(remote_parent(None, Some("a=b")), None);
        for text in [
            "",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "0-04bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473é-00f067aa0ba902b7-01",
            " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n",
        ] {
            assert_eq!(remote_parent(Some(text), None), None, "{text:?}");
        }
    }

    #[test]
    fn a_trace_state_is_passed_on_whole_or_not_at_all() {
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let many: Vec<String> = (0..33).map(|n| format!("k{n}=v")).collect();
        for (state, passed_on) in [
            ("rojo=00f067,congo=t61", "rojo=00f067,congo=t61"),
            ("rojo=1 , congo=2", "rojo=1,congo=2"),
            ("", ""),
            ("Rojo=1", ""),
            ("rojo", ""),
            ("=1", ""),
            ("rojo=1,rojo=2", ""),
            ("rojo=a\u{1b}[31m", ""),
            (&format!("rojo={}", "x".repeat(512)), ""),
            (&many.join(","), ""),
        ] {
            let read = remote_parent(Some(parent), Some(state)).expect("the parent stands");
            assert_eq!(read.0.trace_state().header(), passed_on, "{state}");
        }
    }
}
