//! Looks at real sockets of this machine.

use super::{About, Look, SignalPlan, sample};
use crate::egress::{
    Egress,
    address::Network,
    destination::{DestinationConfig, EgressLimits, base},
    tests::server::server,
};
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};
use tidegate_core::time::Timestamp;

const AT: Timestamp = Timestamp::from_nanos(1_700_000_000_000_000_000);
/// Longer than any answer of this machine takes.
const PATIENCE: Duration = Duration::from_secs(20);

fn about() -> About {
    About { services: vec!["api".to_owned()], environment: "production".to_owned(), versions: vec!["1.2.3".to_owned()] }
}

fn egress(port: u16, connections: usize) -> Egress {
    let config = DestinationConfig {
        url: base(&format!("http://127.0.0.1:{port}")).unwrap(),
        private: vec![Network::parse("127.0.0.0/8").unwrap()],
        credential: None,
        ca_file: None,
        limits: EgressLimits { bytes: 1024, time: PATIENCE, connections },
    };
    Egress::new(&BTreeMap::from([("there".to_owned(), config)])).unwrap()
}

fn plan(source: &str) -> SignalPlan {
    let source = match source {
        "health" => json!({"name": "x", "health": {"destination": "there", "path": ["health"]}}),
        "redirect" => json!({"name": "x", "health": {"destination": "there", "statuses": [302]}}),
        "elsewhere" => json!({"name": "x", "health": {"destination": "nowhere"}}),
        query => json!({"name": "x", "prometheus": {"destination": "there", "query": query}}),
    };
    serde_json::from_value(source).unwrap()
}

fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

fn number(value: &str) -> String {
    answer(
        "200 OK",
        &format!(r#"{{"status":"success","data":{{"resultType":"scalar","result":[1700000000,"{value}"]}}}}"#),
    )
}

#[tokio::test]
async fn a_look_is_a_number_or_says_why_there_is_none() {
    let redirect = "HTTP/1.1 302 Found\r\nlocation: /login\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let much = answer("200 OK", &"x".repeat(1025));
    for (source, answer, value, why) in [
        ("1", number("0.5"), Some(0.5), ""),
        ("1", number("NaN"), None, "destination `there`, status 200: `NaN` is no number"),
        ("1", answer("502 Bad Gateway", "<html>"), None, "destination `there`, status 502: this is no answer"),
        ("1", much.clone(), None, "destination `there`: over 1024 bytes used"),
        ("1", String::new(), None, "destination `there`: "),
        ("health", answer("200 OK", ""), Some(0.0), ""),
        ("health", answer("204 No Content", ""), Some(0.0), ""),
        ("health", answer("503 Service Unavailable", ""), Some(1.0), ""),
        ("health", redirect.to_owned(), Some(1.0), ""),
        ("redirect", redirect.to_owned(), Some(0.0), ""),
        ("redirect", answer("200 OK", ""), Some(1.0), ""),
        ("health", String::new(), Some(1.0), ""),
        ("health", much, None, "destination `there`: over 1024 bytes used"),
        ("elsewhere", answer("200 OK", ""), None, "there is no destination `nowhere`"),
    ] {
        let (port, _) = server(&answer).await;
        let look = sample(&egress(port, 4), &plan(source), &about(), AT, PATIENCE).await;
        let Look { sample, defect } = &look;
        assert_eq!(
            (sample.at, sample.value, defect.is_none()),
            (AT, value, why.is_empty()),
            "{source} {answer} {look:?}"
        );
        assert!(defect.as_deref().unwrap_or_default().starts_with(why), "{look:?}");
    }
}

#[tokio::test]
async fn a_query_is_asked_of_the_moment_and_of_what_was_deployed() {
    let (port, seen) = server(&number("1")).await;
    let query = r#"up{job=~"{{ service }}",v="{{ version }}",env="{{ environment }}"}"#;
    assert_eq!(sample(&egress(port, 4), &plan(query), &about(), AT, PATIENCE).await.defect, None);
    let seen = seen.all().concat();
    let asked = "GET /api/v1/query?query=up%7Bjob%3D%7E%22api%22%2Cv%3D%221.2.3%22%2Cenv%3D%22production%22%7D&time=1700000000.000 ";
    assert!(seen.starts_with(asked), "{seen}");
}

#[tokio::test]
async fn whoever_does_not_answer_in_time_gives_no_number_and_is_not_healthy() {
    let (port, _) = server("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx…hold").await;
    let limit = Duration::from_millis(100);
    let look = sample(&egress(port, 4), &plan("1"), &about(), AT, limit).await;
    assert_eq!(look.sample.value, None);
    assert_eq!(look.defect.as_deref(), Some("destination `there`: over 100 ms used, 100 allowed"));
    let look = sample(&egress(port, 4), &plan("health"), &about(), AT, limit).await;
    assert_eq!((look.sample.value, look.defect), (Some(1.0), None));
}

#[tokio::test]
async fn a_health_endpoint_that_nobody_could_ask_did_not_fail() {
    let (port, _) = server("…hold").await;
    let (egress, plan, about) = (egress(port, 1), plan("health"), about());
    let first = sample(&egress, &plan, &about, AT, Duration::from_millis(400));
    let second = sample(&egress, &plan, &about, AT, Duration::from_millis(200));
    let (first, second) = tokio::join!(biased; first, second);
    assert_eq!(first.sample.value, Some(1.0));
    assert_eq!(second.sample.value, None, "the one connection was taken");
    assert!(second.defect.unwrap().contains("no connection was free"));
}

#[test]
fn a_signal_that_cannot_be_sampled_is_not_read() {
    let health = json!({"destination": "d"});
    for (written, why) in [
        (json!({"name": "x"}), "signal `x` has one source, `prometheus` or `health`"),
        (
            json!({"name": "x", "health": health, "prometheus": {"destination": "d", "query": "1"}}),
            "signal `x` has one source, `prometheus` or `health`",
        ),
        (
            json!({"name": "x", "prometheus": {"destination": "d", "query": "up{a=\"{{ host }}\"}"}}),
            "signal `x`: its query: nothing is known as `{{ host }}`: expected `service`, `version` or `environment`",
        ),
        (json!({"name": "x", "health": health, "unti": "ms"}), "unknown field `unti`"),
    ] {
        let error = serde_json::from_value::<SignalPlan>(written).unwrap_err().to_string();
        assert!(error.starts_with(why), "{error}");
    }
    let plan = plan("up");
    let again = serde_json::from_value::<SignalPlan>(serde_json::to_value(&plan).unwrap()).unwrap();
    assert_eq!(again, plan);
}
