//! Where spans go, as OpenTelemetry's variables say.

use reqwest::Url;
use std::time::Duration;
use tidegate_bundle::document::quoted;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";
const TRACES_PROTOCOL: &str = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
const TIMEOUT: &str = "OTEL_EXPORTER_OTLP_TIMEOUT";
const TRACES_TIMEOUT: &str = "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT";
const DISABLED: &str = "OTEL_SDK_DISABLED";
const EXPORTER: &str = "OTEL_TRACES_EXPORTER";
const SERVICE_NAME: &str = "OTEL_SERVICE_NAME";
const RESOURCE: &str = "OTEL_RESOURCE_ATTRIBUTES";
const QUEUE: &str = "OTEL_BSP_MAX_QUEUE_SIZE";

/// The only protocol that is spoken.
const SPOKEN: &str = "http/protobuf";
/// Spans that wait to be sent: a few seconds of a busy gate. The exporter's own default holds 30 large decisions.
const QUEUE_SPANS: usize = 16_384;
const QUEUE_SPANS_MAX: usize = 1_000_000;
const TIMEOUT_MILLIS: u64 = 10_000;
const TIMEOUT_MILLIS_MAX: u64 = 60_000;

/// Where spans go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Collector {
    /// With path.
    pub(super) endpoint: Url,
    /// For one request.
    pub(super) timeout: Duration,
    /// Spans that wait to be sent; further ones are dropped.
    pub(super) queue_spans: usize,
    /// What the spans' service is called, unless a variable says it.
    pub(super) service_name: Option<&'static str>,
}

impl Collector {
    /// The endpoint without what is nobody's business.
    pub(super) fn shown(&self) -> String {
        let mut url = self.endpoint.clone();
        // Fails only for addresses without a host, which hold no secrets.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_query(None);
        url.to_string()
    }
}

/// Where spans go, if anywhere, and what is wrong with the variables. Empty variables count as absent, as the standard says.
pub(super) fn from_variables(variable: impl Fn(&str) -> Option<String>) -> (Option<Collector>, Vec<String>) {
    let mut troubles = Vec::new();
    let disabled = variable(DISABLED).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if disabled || variable(EXPORTER).as_deref() == Some("none") {
        return (None, troubles);
    }
    let traces = variable(TRACES_ENDPOINT).map(|text| (TRACES_ENDPOINT, text));
    let Some((name, text)) = traces.or_else(|| variable(ENDPOINT).map(|text| (ENDPOINT, text))) else {
        return (None, troubles);
    };
    let Some(mut endpoint) = web_address(&text) else {
        troubles.push(format!("{name}: {} is not a web address: spans are not exported", quoted(&text)));
        return (None, troubles);
    };
    if name == ENDPOINT {
        let path = format!("{}/v1/traces", endpoint.path().trim_end_matches('/'));
        endpoint.set_path(&path);
    }
    if let Some(protocol) = variable(TRACES_PROTOCOL).or_else(|| variable(PROTOCOL)).filter(|spoken| spoken != SPOKEN) {
        troubles.push(format!("{PROTOCOL}: {} is not spoken: spans are sent as `{SPOKEN}`", quoted(&protocol)));
    }
    let number = |name| variable(name).and_then(|text| text.trim().parse::<u64>().ok());
    let millis = number(TRACES_TIMEOUT).or_else(|| number(TIMEOUT)).unwrap_or(TIMEOUT_MILLIS);
    let queue = number(QUEUE).and_then(|spans| usize::try_from(spans).ok()).unwrap_or(QUEUE_SPANS);
    let named = variable(SERVICE_NAME).is_some()
        || variable(RESOURCE).is_some_and(|list| list.split(',').any(|pair| pair.trim().starts_with("service.name=")));
    let collector = Collector {
        endpoint,
        timeout: Duration::from_millis(millis.clamp(1, TIMEOUT_MILLIS_MAX)),
        queue_spans: queue.clamp(1, QUEUE_SPANS_MAX),
        service_name: (!named).then_some("tidegate"),
    };
    (Some(collector), troubles)
}

fn web_address(text: &str) -> Option<Url> {
    Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::{Collector, from_variables};
    use std::time::Duration;

    fn read(variables: &[(&str, &str)]) -> (Option<Collector>, Vec<String>) {
        from_variables(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_variables_say_where_spans_go() {
        let none: &[(&str, &str)] = &[];
        let cases = [
            (none, None),
            (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318")], Some("http://c:4318/v1/traces")),
            (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "https://c/otlp/")], Some("https://c/otlp/v1/traces")),
            (&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c/x")], Some("http://c/x")),
            (
                &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a"), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://b/")],
                Some("http://b/"),
            ),
            (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"), ("OTEL_SDK_DISABLED", "TRUE")], None),
            (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"), ("OTEL_TRACES_EXPORTER", "none")], None),
            (&[("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")], None),
        ];
        for (variables, endpoint) in cases {
            let (collector, troubles) = read(variables);
            assert_eq!(collector.map(|c| c.endpoint.to_string()).as_deref(), endpoint, "{variables:?}");
            assert!(troubles.is_empty(), "{variables:?}");
        }
    }

    #[test]
    fn what_cannot_be_done_is_said() {
        let (collector, troubles) = read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "c:4318")]);
        assert_eq!(collector, None);
        assert_eq!(troubles, ["OTEL_EXPORTER_OTLP_ENDPOINT: `c:4318` is not a web address: spans are not exported"]);
        let grpc = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")];
        assert_eq!(
            read(&grpc).1,
            ["OTEL_EXPORTER_OTLP_PROTOCOL: `grpc` is not spoken: spans are sent as `http/protobuf`"]
        );
    }

    #[test]
    fn the_service_is_called_tidegate_unless_a_variable_says_else() {
        let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c");
        for (variables, name) in [
            (vec![endpoint], Some("tidegate")),
            (vec![endpoint, ("OTEL_SERVICE_NAME", "gate")], None),
            (vec![endpoint, ("OTEL_RESOURCE_ATTRIBUTES", "a=b, service.name=gate")], None),
            (vec![endpoint, ("OTEL_RESOURCE_ATTRIBUTES", "a=b")], Some("tidegate")),
        ] {
            assert_eq!(read(&variables).0.unwrap().service_name, name, "{variables:?}");
        }
    }

    #[test]
    fn numbers_are_kept_within_bounds_and_secrets_out_of_sight() {
        let (collector, _) = read(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:secret@c:4318?token=secret"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "999999999"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
        ]);
        let collector = collector.unwrap();
        assert_eq!((collector.timeout, collector.queue_spans), (Duration::from_secs(60), 1));
        assert_eq!(collector.shown(), "http://c:4318/v1/traces");
    }
}
