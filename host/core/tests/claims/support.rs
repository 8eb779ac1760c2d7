//! A small world that reads aloud: who deploys what, under which stages, with which evidence, and what plugins say of it.

pub(crate) mod answers;
pub(crate) mod arbitrary;
pub(crate) mod document;
pub(crate) mod emergency;
pub(crate) mod names;
pub(crate) mod native;
pub(crate) mod runbook;
pub(crate) mod stage;
pub(crate) mod waiver;
pub(crate) mod world;
