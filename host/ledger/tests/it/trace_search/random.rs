//! Trees and queries that are the same for the same seed.

use crate::{sample, trees, world};
use opentelemetry_proto::tonic::{
    common::v1::KeyValue,
    trace::v1::{ResourceSpans, Span},
};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    decision::{Outcome, Permission},
    deployment::{Deployment, DeploymentRequest, Service},
};
use tidegate_ledger::{record::DecisionRecord, trace_search::Window};
use trees::{Any, bytes, event, failed, link, pair, part, span, text, texts};

/// A decision about a service there, with this tree.
pub(crate) fn record(id: &str, environment: &str, service: &str, tree: &[u8]) -> DecisionRecord {
    let mut record = world::record(id, sample::judged(Outcome::Deploy, Permission::ByTheRules));
    let sample = sample::deployment();
    let deployment = DeploymentRequest {
        id: Arc::from(id),
        environment: environment.parse().unwrap(),
        services: vec![Service { name: service.parse().unwrap(), ..sample.services()[0].clone() }],
        revision: None,
        cause: sample.cause(),
        actor: Arc::from("ci"),
        person: None,
        requested_at: sample.requested_at(),
        labels: Vec::new(),
    };
    record.judgement.deployment = Arc::new(Deployment::new(deployment).unwrap());
    record.circumstances.stage_durations.values_mut().for_each(|duration| *duration = Duration::ZERO);
    trees::with_tree(record, tree)
}

/// xorshift64*.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap() % end
    }

    pub(crate) fn one<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn byte(&mut self, end: usize) -> u8 {
        u8::try_from(self.below(end)).unwrap()
    }

    fn value(&mut self) -> Any {
        match self.below(6) {
            0 | 1 => text(self.one(&["x", "y", "xy", ""])),
            2 => Any::IntValue(self.one(&[-1, 0, 1, 2, 10])),
            3 => Any::DoubleValue(self.one(&[-1.0, 0.0, 0.5, 1.0, 2.5])),
            4 => Any::BoolValue(self.below(2) == 0),
            _ => texts(&[self.one(&["x", "y"]), self.one(&["z", "xy"])]),
        }
    }

    fn pairs(&mut self, max: usize) -> Vec<KeyValue> {
        let count = self.below(max + 1);
        let mut keys = vec!["a", "b", "c", "d.e"];
        (0..count.min(keys.len())).map(|_| pair(keys.remove(self.below(keys.len())), self.value())).collect()
    }

    fn span(&mut self, trace: u8, number: u8, start: u64) -> Span {
        let name = self.one(&["request", "decision", "stage"]);
        let attributes = self.pairs(4);
        let start = start + self.below(5) as u64;
        let mut one = Span {
            kind: i32::from(self.byte(6)),
            start_time_unix_nano: start,
            end_time_unix_nano: start + self.below(30) as u64,
            ..span(trace, number, (number > 1).then_some(1), name, attributes)
        };
        if self.below(4) == 0 {
            one.status = Some(failed(self.one(&["", "broken", "x"])));
        }
        for _ in 0..self.below(3) {
            one.events.push(event(self.one(&["found", "logged"]), self.pairs(2)));
        }
        if self.below(5) == 0 {
            one.links.push(link(self.byte(3), self.byte(3), self.pairs(2)));
        }
        one
    }

    /// Up to two resources with up to four spans each; a few traces have several trees.
    pub(crate) fn tree(&mut self) -> Vec<u8> {
        let (trace, start) = (1 + self.byte(60), 1_000 + self.below(100) as u64);
        let mut number = 0;
        let parts: Vec<ResourceSpans> = (0..=self.below(2))
            .map(|_| {
                let mut resource = self.pairs(2);
                resource.push(pair("service.name", text(self.one(&["gate", "other"]))));
                let spans = (0..=self.below(4))
                    .map(|_| {
                        number += 1;
                        self.span(trace, number, start)
                    })
                    .collect();
                part(resource, self.one(&["", "library"]), spans)
            })
            .collect();
        bytes(parts)
    }

    pub(crate) fn window(&mut self) -> Window {
        match self.below(3) {
            0 => Window::ALL,
            _ => {
                let from_ns = 990 + self.below(110) as i64;
                Window { from_ns, until_ns: from_ns + self.below(80) as i64 }
            }
        }
    }

    pub(crate) fn field(&mut self) -> &'static str {
        self.one(&[
            "span.a",
            "span.b",
            ".a",
            ".c",
            "resource.a",
            "resource.service.name",
            "event.a",
            "link.a",
            "span.d.e",
            "name",
            "status",
            "kind",
            "rootName",
            "rootServiceName",
            "statusMessage",
            "event:name",
            "instrumentation:name",
            "span.unknown",
        ])
    }

    fn comparison(&mut self) -> String {
        let order = ["=", "!=", ">", ">=", "<", "<="];
        let texts =
            [r#""x""#, r#""y""#, r#""xy""#, r#""""#, r#""request""#, r#""gate""#, r#""broken""#, r#""found""#, "`z`"];
        let attribute = |random: &mut Self| {
            random.one(&[
                "span.a",
                "span.b",
                ".a",
                ".b",
                ".c",
                "resource.a",
                ".service.name",
                "event.a",
                "event.b",
                "link.a",
                "span.d.e",
                "span.unknown",
            ])
        };
        let own = ["name", "rootName", "rootServiceName", "statusMessage", "event:name", "instrumentation:name"];
        match self.below(12) {
            0 => format!("{} {} {}", attribute(self), self.one(&order), self.one(&texts)),
            1 => format!(
                "{} {} {}",
                attribute(self),
                self.one(&order),
                self.one(&["-1", "0", "1", "2", "0.5", "1.0", "2.5", "1ns"])
            ),
            2 => format!("{} {} {}", attribute(self), self.one(&["=", "!="]), self.one(&["true", "false"])),
            3 => format!(
                "{} {} {}",
                attribute(self),
                self.one(&["=~", "!~"]),
                self.one(&[r#""x|y""#, r#"".*y""#, r#""""#, r#""[a-z]+""#])
            ),
            4 => format!("{} {} nil", attribute(self), self.one(&["=", "!="])),
            5 => attribute(self).to_owned(),
            6 => format!("{} {} {}", self.one(&own), self.one(&order), self.one(&texts)),
            7 => format!(
                "{} {} {}",
                self.one(&own),
                self.one(&["=~", "!~"]),
                self.one(&[r#"".*e.*""#, r#""gate|broken""#])
            ),
            8 => format!("status {} {}", self.one(&["=", "!="]), self.one(&["error", "ok", "unset"])),
            9 => format!("kind {} {}", self.one(&["=", "!="]), self.one(&["server", "client", "internal"])),
            10 => format!("{} {} {}ns", self.one(&["duration", "traceDuration"]), self.one(&order), self.below(35)),
            _ => match self.below(3) {
                0 => format!("span:id {} \"{}\"", self.one(&["=", "!="]), "01".repeat(8)),
                1 => format!(
                    "trace:id {} \"{}\"",
                    self.one(&["=", "!="]),
                    format!("{:02x}", 1 + self.byte(60)).repeat(16)
                ),
                _ => format!(
                    "span:parentID {} {}",
                    self.one(&["=", "!="]),
                    self.one(&["nil", "\"0101010101010101\"", "\"1\""])
                ),
            },
        }
    }

    fn condition(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.comparison();
        }
        match self.below(6) {
            0 | 1 => format!("{} && {}", self.condition(depth - 1), self.condition(depth - 1)),
            2 => format!("({} || {})", self.condition(depth - 1), self.condition(depth - 1)),
            3 => format!("!({})", self.condition(depth - 1)),
            _ => self.comparison(),
        }
    }

    pub(crate) fn spanset(&mut self, depth: usize) -> String {
        if self.below(20) == 0 {
            return "{}".to_owned();
        }
        format!("{{ {} }}", self.condition(depth))
    }

    pub(crate) fn query(&mut self) -> String {
        match self.below(8) {
            0 => format!("{} && {}", self.spanset(1), self.spanset(1)),
            1 => format!("{} || {}", self.spanset(1), self.spanset(1)),
            2 => format!("({} || {}) && {}", self.spanset(1), self.spanset(0), self.spanset(1)),
            _ => self.spanset(3),
        }
    }
}
