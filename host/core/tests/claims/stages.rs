//! From what plugins answer to what the gate decides.

mod baseline;
mod break_glass;
mod complete;
mod mend;
mod modes;
mod obligations;
mod outcome;
mod reports;
mod score;
mod shadow;
mod skip;
mod waivers;
