//! The laws, held over any world: missing is not pass, scores explain, waivers lift no more than they say.

mod missing;
mod order;
mod permission;
mod score;
mod waivers;
