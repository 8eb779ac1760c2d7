use super::{Notice, PAUSE_MAX, Patience, Transport, back_off, only_held, until_answered};
use crate::{
    api::{
        answer::{Answer, BlockerBody},
        problem::{Problem, ProblemKind},
    },
    client::{Failure, Reply, pace::Pace},
    render::tests::sample::remediate,
};
use std::{cell::RefCell, collections::VecDeque, rc::Rc, time::Duration};

type Clock = Rc<RefCell<Duration>>;

const SECOND: Duration = Duration::from_secs(1);

/// Sleeping is writing down a number.
struct FakePace {
    clock: Clock,
    slept: Vec<Duration>,
}

impl Pace for FakePace {
    fn elapsed(&self) -> Duration {
        *self.clock.borrow()
    }
    fn sleep(&mut self, span: Duration) {
        *self.clock.borrow_mut() += span;
        self.slept.push(span);
    }
    fn jitter(&mut self) -> u16 {
        0
    }
}

/// Answers from a list, the last one again and again; each attempt takes as long as it is told to.
struct FakeTransport {
    clock: Clock,
    takes: Duration,
    replies: VecDeque<Result<Reply, Failure>>,
    keys: Vec<String>,
}

impl Transport for FakeTransport {
    fn ask(&mut self, key: &str) -> Result<Reply, Failure> {
        *self.clock.borrow_mut() += self.takes;
        self.keys.push(key.to_owned());
        match self.replies.len() {
            1 => self.replies[0].clone(),
            _ => self.replies.pop_front().unwrap(),
        }
    }
}

struct Run {
    result: Result<Reply, Failure>,
    slept: Vec<Duration>,
    keys: Vec<String>,
    said: Vec<String>,
}

fn run(replies: Vec<Result<Reply, Failure>>, takes: Duration, retry_for: Duration, wait: Duration) -> Run {
    let clock = Clock::default();
    let mut transport = FakeTransport { clock: Rc::clone(&clock), takes, replies: replies.into(), keys: Vec::new() };
    let mut pace = FakePace { clock, slept: Vec::new() };
    let mut said = Vec::new();
    let patience = Patience { retry_for, wait };
    let mut say = |notice: &Notice<'_>| said.push(notice.to_string());
    let result = until_answered(&mut transport, &mut pace, patience, &mut say);
    Run { result, slept: pace.slept, keys: transport.keys, said }
}

fn reply(answer: Answer) -> Result<Reply, Failure> {
    Ok(Reply { answer, retry_after: None })
}

fn deploy() -> Answer {
    Answer { outcome: "DEPLOY".to_owned(), allowed: true, blocking: Vec::new(), ..remediate() }
}

fn hold(why: &[&str]) -> Answer {
    let blocker = |why: &&str| BlockerBody {
        stage: "freeze".to_owned(),
        service: None,
        why: (*why).to_owned(),
        blame: None,
        until: Some("2026-03-31T15:00:00Z".to_owned()),
    };
    Answer { outcome: "HOLD".to_owned(), blocking: why.iter().map(blocker).collect(), ..remediate() }
}

fn unreachable() -> Failure {
    Failure::Transport { server: "http://127.0.0.1:1".parse().unwrap(), cause: "connection refused".to_owned() }
}

fn status(status: u16, retry_after: Option<Duration>) -> Failure {
    Failure::Status { server: "http://127.0.0.1:1".parse().unwrap(), status, retry_after }
}

fn refused(kind: ProblemKind) -> Failure {
    let problem = Problem::new(kind, "why");
    Failure::Refused { status: problem.status, retry_after: None, problem: Box::new(problem) }
}

#[test]
fn without_patience_one_attempt_is_all() {
    let run = run(vec![Err(unreachable()), reply(deploy())], SECOND, Duration::ZERO, Duration::ZERO);
    assert!(run.result.is_err());
    assert_eq!((run.keys.len(), run.slept.len()), (1, 0));
}

#[test]
fn a_retry_keeps_its_key_and_the_pauses_grow() {
    let failures = [unreachable(), status(502, None), refused(ProblemKind::RecordUnavailable), status(429, None)];
    let replies = failures.into_iter().map(Err).chain([reply(deploy())]).collect();
    let run = run(replies, Duration::ZERO, 300 * SECOND, Duration::ZERO);
    assert!(run.result.unwrap().answer.allowed);
    assert_eq!(run.slept, [250, 500, 1000, 2000].map(Duration::from_millis));
    assert_eq!(run.keys.len(), 5);
    assert!(run.keys.iter().all(|key| *key == run.keys[0] && uuid::Uuid::parse_str(key).is_ok()));
    assert!(
        run.said[0].starts_with("attempt 1: cannot ask the gate at http://127.0.0.1:1: connection refused"),
        "{}",
        run.said[0]
    );
    assert!(run.said[0].ends_with("; asking again in 0.2s, giving up in 5m"), "{}", run.said[0]);
}

#[test]
fn what_will_not_pass_is_not_asked_again() {
    let failures = [
        refused(ProblemKind::InvalidDeployment),
        refused(ProblemKind::IdempotencyConflict),
        refused(ProblemKind::TooLarge),
        status(302, None),
        status(404, None),
        Failure::Contradiction { status: 200, allowed: false },
        Failure::Foreign("`portal`".to_owned()),
        Failure::TooLarge { allowed: 1 },
    ];
    for failure in failures {
        let words = failure.to_string();
        let run = run(vec![Err(failure)], SECOND, 300 * SECOND, Duration::ZERO);
        assert!(run.result.is_err() && run.keys.len() == 1, "{words}");
    }
}

#[test]
fn retrying_ends_when_the_time_is_used_up() {
    let run = run(vec![Err(unreachable())], 2 * SECOND, 60 * SECOND, Duration::ZERO);
    assert!(matches!(run.result, Err(Failure::Transport { .. })));
    let slept: Duration = run.slept.iter().sum();
    let asked = 2 * SECOND * u32::try_from(run.keys.len()).unwrap();
    // The last attempt begins no later than the time allowed.
    assert!(slept + asked - 2 * SECOND <= 60 * SECOND, "{slept:?} + {asked:?}");
    assert!(slept + asked >= 60 * SECOND, "{slept:?} + {asked:?}");
}

#[test]
fn a_gate_that_asks_for_patience_gets_it() {
    let run =
        run(vec![Err(status(503, Some(20 * SECOND))), reply(deploy())], Duration::ZERO, 60 * SECOND, Duration::ZERO);
    assert!(run.result.is_ok());
    assert_eq!(run.slept, [20 * SECOND]);
}

#[test]
fn a_gate_that_asks_for_more_than_there_is_is_not_asked_again() {
    let run = run(vec![Err(status(503, Some(61 * SECOND)))], Duration::ZERO, 60 * SECOND, Duration::ZERO);
    assert!(run.result.is_err());
    assert_eq!((run.keys.len(), run.slept.len()), (1, 0));
}

#[test]
fn a_hold_is_asked_about_anew_under_a_new_key() {
    let run = run(
        vec![reply(hold(&["held"])), reply(hold(&["held", "held"])), reply(deploy())],
        SECOND,
        Duration::ZERO,
        1800 * SECOND,
    );
    assert!(run.result.unwrap().answer.allowed);
    assert_eq!(run.slept, [30 * SECOND, 30 * SECOND]);
    assert_eq!(run.keys.len(), 3);
    assert!(run.keys[0] != run.keys[1] && run.keys[1] != run.keys[2]);
    assert!(
        run.said[0]
            .starts_with("the gate holds: freeze until 2026-03-31T15:00:00Z; asking again in 30s, giving up in 29m59s")
    );
}

#[test]
fn a_retry_within_a_wait_keeps_the_key_of_its_question() {
    let replies = vec![reply(hold(&["held"])), Err(unreachable()), reply(deploy())];
    let run = run(replies, Duration::ZERO, 60 * SECOND, 1800 * SECOND);
    assert!(run.result.is_ok());
    assert!(run.keys[0] != run.keys[1] && run.keys[1] == run.keys[2]);
}

#[test]
fn how_long_to_wait_is_the_gates_word_by_its_own_clock() {
    let retry_at = |at: &str| Answer {
        evaluated_at: "2026-03-31T14:30:00Z".to_owned(),
        retry_at: Some(at.to_owned()),
        ..hold(&["held"])
    };
    let header = Ok(Reply { answer: retry_at("2026-03-31T14:31:30Z"), retry_after: Some(7 * SECOND) });
    for (held, pause) in [
        (reply(retry_at("2026-03-31T14:31:30Z")), 90),
        (header, 7),
        (reply(retry_at("2026-03-31T14:29:00Z")), 1),
        (reply(retry_at("soon")), 30),
        (reply(retry_at("2027-01-01T00:00:00Z")), 1800),
    ] {
        let run = run(vec![held, reply(deploy())], Duration::ZERO, Duration::ZERO, 1800 * SECOND);
        assert_eq!(run.slept, [pause * SECOND]);
    }
}

#[test]
fn waiting_ends_when_the_time_is_used_up() {
    let run = run(vec![reply(hold(&["held"]))], 4 * SECOND, Duration::ZERO, 100 * SECOND);
    let answer = run.result.unwrap().answer;
    assert_eq!((answer.outcome.as_str(), answer.allowed), ("HOLD", false));
    assert_eq!(run.slept, [30 * SECOND, 30 * SECOND, 28 * SECOND]);
    assert_eq!(run.keys.len(), 4);
}

#[test]
fn only_a_hold_that_passes_by_itself_is_waited_for() {
    for answer in
        [hold(&["held", "undecided"]), hold(&["undecided"]), hold(&[]), hold(&["failed"]), remediate(), deploy()]
    {
        assert!(!only_held(&answer));
        let run = run(vec![reply(answer)], SECOND, Duration::ZERO, 1800 * SECOND);
        assert!(run.result.is_ok() && run.keys.len() == 1);
    }
    assert!(!only_held(&Answer { allowed: true, ..hold(&["held"]) }));
}

#[test]
fn a_failure_while_waiting_is_a_failure() {
    let run = run(vec![reply(hold(&["held"])), Err(unreachable())], SECOND, Duration::ZERO, 1800 * SECOND);
    assert!(matches!(run.result, Err(Failure::Transport { .. })));
}

#[test]
fn back_off_doubles_to_a_limit_and_jitter_takes_up_to_half() {
    for attempts in [1, 2, 7, 8, 31, 32, 33, 64, u32::MAX] {
        let (least, most) = (back_off(attempts, 0), back_off(attempts, u16::MAX));
        assert!(least <= most && most <= PAUSE_MAX && most < 2 * least, "{attempts}: {least:?} {most:?}");
    }
    assert_eq!(back_off(1, 0), Duration::from_millis(250));
    assert_eq!(back_off(u32::MAX, 0), PAUSE_MAX / 2);
}
