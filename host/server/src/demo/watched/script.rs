//! What happens, in its order; each step is printed when it has happened.

use super::service::Service;
use crate::{
    api::{deployments::EventRequestBody, watches::WatchBody},
    client::{Server, api::Api, trust::Trust},
    demo::{DemoError, example::Example},
    render::{escape::terminal, looks},
};
use serde_json::Value;
use std::{
    io::Write,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(250);
/// Characters of a text that the gate sends.
const CHARS_MAX: usize = 300;

/// Whom it is played with.
pub(super) struct Script<'a> {
    pub(super) example: &'a Path,
    pub(super) server: &'a Server,
    pub(super) service: &'a Service,
    pub(super) out: &'a mut dyn Write,
}

impl Script<'_> {
    pub(super) fn play(mut self) -> Result<(), DemoError> {
        let watch = self.deployed("1.0.0")?;
        self.ends(&watch, "healthy")?;
        writeln!(self.out, "\n   healthy: this is what can be gone back to.\n")?;
        let watch = self.deployed("1.1.0")?;
        self.ends(&watch, "rolled_back")?;
        self.carried_out()?;
        self.told(&watch)
    }

    fn api(&self) -> Result<Api<'_>, DemoError> {
        Ok(Api::new(self.server, None, &Trust::default())?)
    }

    /// Decides, deploys, says so, and names the watch that begins by that.
    fn deployed(&mut self, version: &str) -> Result<String, DemoError> {
        let example = Example::read(&self.example.join(version))?;
        let answer = example.send(self.server)?;
        example.as_expected(&answer)?;
        let id = answer.id.ok_or_else(|| DemoError::Otherwise("the decision has no id".to_owned()))?;
        writeln!(self.out, "── shop {version}: {}, decision {} ──", answer.outcome, terminal(&id, CHARS_MAX))?;
        self.service.deploy(version);
        let said = EventRequestBody { event: "succeeded".to_owned(), at: None, decision: Some(id.clone()) };
        let api = self.api()?;
        api.became(&format!("shop-{version}"), &said)?;
        let watch = api.watches(Some(&id), None)?.watches.pop();
        let watch = watch.ok_or_else(|| DemoError::Otherwise("the deployment is not watched".to_owned()))?;
        writeln!(self.out, "   deployed; watch {} began\n", terminal(&watch.id, CHARS_MAX))?;
        Ok(watch.id)
    }

    /// Follows a watch to its end, which has to be this one.
    fn ends(&mut self, id: &str, expected: &str) -> Result<(), DemoError> {
        let (since, mut last) = (Instant::now(), None);
        loop {
            let watch = self.api()?.watch(id)?;
            if let Some(seen) = watch.seen.as_ref().filter(|seen| last.as_ref() != Some(&seen.at)) {
                self.out.write_all(looks::block(seen).as_bytes())?;
                last = Some(seen.at.clone());
            }
            if watch.state == expected {
                return Ok(());
            }
            if watch.state != "running" || since.elapsed() > PATIENCE {
                return Err(DemoError::Otherwise(unlike(&watch, expected)));
            }
            thread::sleep(PAUSE);
        }
    }

    /// The order is given and carried out.
    fn carried_out(&mut self) -> Result<(), DemoError> {
        let late = |_| DemoError::Otherwise("no rollback was ordered".to_owned());
        let order = self.service.orders.recv_timeout(PATIENCE).map_err(late)?;
        let said = |pointer: &str| text(&order, pointer);
        writeln!(self.out, "\n── rollback ordered, signed, and carried out ──")?;
        writeln!(
            self.out,
            "   {}: from {} to {}",
            said("/rollback/service"),
            said("/rollback/from"),
            said("/rollback/to")
        )?;
        for reason in order.pointer("/rollback/reasons").and_then(Value::as_array).into_iter().flatten() {
            writeln!(self.out, "   because {}", terminal(reason.as_str().unwrap_or_default(), CHARS_MAX))?;
        }
        writeln!(self.out, "   shop {} runs\n", self.service.version())?;
        Ok(())
    }

    /// Whoever answers for it hears of it.
    fn told(&mut self, watch: &str) -> Result<(), DemoError> {
        let late = |_| DemoError::Otherwise("nobody was told of an incident".to_owned());
        let notice = self.service.notices.recv_timeout(PATIENCE).map_err(late)?;
        let incident = self.api()?.watch(watch)?.incident.unwrap_or_default();
        writeln!(
            self.out,
            "── incident {}, {} is told ──",
            terminal(&incident, CHARS_MAX),
            text(&notice, "/contact/name")
        )?;
        writeln!(self.out, "   {}", text(&notice, "/subject"))?;
        let body = notice.pointer("/text").and_then(Value::as_str).unwrap_or_default();
        for line in body.lines() {
            writeln!(self.out, "   {}", terminal(line, CHARS_MAX))?;
        }
        writeln!(self.out)?;
        Ok(())
    }
}

/// A text of the gate's, in one line.
fn text(from: &Value, pointer: &str) -> String {
    from.pointer(pointer).and_then(Value::as_str).map(|text| terminal(text, CHARS_MAX)).unwrap_or_default()
}

fn unlike(watch: &WatchBody, expected: &str) -> String {
    let said = watch.summary.as_deref().or(watch.why.as_deref()).unwrap_or_default();
    format!("watch `{}` is {}, not {expected}: {}", watch.id, watch.state, terminal(said, CHARS_MAX))
}
