//! Moments: what the contract counts in nanoseconds, as the language's own timestamps, made by its own functions.

use super::{Owned, kept, text};
use cel_rust::{
    Env, ExecutionError,
    common::{
        types::CelInt,
        value::{CowVal, Val},
    },
};
use tidegate_sdk::deployment::Timestamp;

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// That moment, UTC.
pub(crate) fn moment(env: &Env, at: Timestamp) -> Result<Owned, ExecutionError> {
    let (seconds, nanos) = (at / NANOS_PER_SECOND, at % NANOS_PER_SECOND);
    let seconds = CelInt::from(i64::try_from(seconds).unwrap_or(i64::MAX));
    let whole = called(env, "timestamp", CowVal::owned(seconds))?;
    let rest = called(env, "duration", CowVal::Owned(text(&format!("{nanos}ns"))))?;
    let adder = whole.as_adder().ok_or_else(|| ExecutionError::undeclared_reference("_+_"))?;
    owned(adder.add(rest.as_ref())?.as_ref())
}

fn called(env: &Env, name: &str, arg: CowVal<'_, '_>) -> Result<Owned, ExecutionError> {
    let args = vec![arg];
    let function = env.find_overload(name, &args).ok_or_else(|| ExecutionError::undeclared_reference(name))?;
    owned(function(args)?.as_ref())
}

fn owned(value: &dyn Val) -> Result<Owned, ExecutionError> {
    kept(value).ok_or_else(|| ExecutionError::function_error("timestamp", "gave no moment"))
}
