//! WASI 0.2 for plugins whose toolchain cannot do without it (`wasi: inert`): a machine that has nothing, and that says the same to
//! the same question.
//!
//! The clock is the moment handed in, randomness comes from the judgement's inputs, what is printed becomes log lines. There are no
//! files, no network, no environment and no arguments, and nothing here ever waits. [`link`] links what a component imports,
//! [`inputs`] says what the clock and the randomness are made from.
//!
//! Written by hand rather than taken from wasmtime-wasi: that one needs an async runtime, and a library for files and sockets, to
//! grant what has to be taken away from it again.
//!
//! **Invariant:** nothing in here reads a clock, a file, a variable or a source of randomness of the host.
//! **Invariant:** what is not granted is linked all the same, and ends the call with its name: an import alone harms nobody.

pub(crate) mod inputs;
pub(crate) mod link;

mod clocks;
mod nothing;
mod poll;
mod printing;
mod random;

use crate::{config::Limits, evidence::shown::Shown, log_book::LogBook, state::State, stop::Stop};
use clocks::Clocks;
use inputs::Asked;
use printing::Printed;
use random::Random;

/// The machine of one call: made fresh for it and dropped with it.
pub(crate) struct Inert {
    clocks: Clocks,
    random: Random,
    printed: Printed,
}

impl Inert {
    /// The machine that a question over these documents is put on.
    pub(crate) fn new(asked: &Asked<'_>, shown: &Shown, limits: &Limits) -> Box<Self> {
        Box::new(Self {
            clocks: Clocks::at(asked.moment()),
            random: Random::new(asked.seed(shown)),
            printed: Printed::new(limits),
        })
    }

    /// Writes down what was printed without the end of its line.
    pub(crate) fn close(&mut self, log: &mut LogBook) {
        self.printed.close(log);
    }
}

impl State {
    fn inert(&mut self) -> Result<&mut Inert, Stop> {
        self.inert.as_deref_mut().ok_or(Stop::Host("WASI was linked to a plugin that does not import it"))
    }
}
