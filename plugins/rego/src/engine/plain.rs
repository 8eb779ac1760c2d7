//! What the interpreter reads otherwise than OPA, written so that both read the same. Lines stay where they are, unless a head of
//! several lines that stands for several bodies holds a comment.

mod bodies;
mod breaks;

pub(super) use bodies::SEVERAL_OF_SET;

use super::Source;
use std::borrow::Cow;

pub(super) fn plain<'a>(source: &Source<'a>) -> Cow<'a, str> {
    match breaks::parted(source.text) {
        Cow::Borrowed(text) => bodies::written_out(source, text),
        Cow::Owned(text) => Cow::Owned(bodies::written_out(source, &text).into_owned()),
    }
}
