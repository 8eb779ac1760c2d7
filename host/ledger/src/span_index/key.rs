//! What attributes are called, and whose they are.

use super::value::id_of;

/// Whose an attribute is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The span's.
    Span,
    /// That of whoever made the span.
    Resource,
    /// An event's on the span.
    Event,
    /// A link's on the span.
    Link,
    /// That of the library that made the span.
    Instrumentation,
    /// What every span has by itself, as its name.
    Intrinsic,
}

/// Which of the rows in `span_attributes` an attribute is looked up under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Carrier {
    /// The span itself.
    Span,
    /// The first span under the same resource and scope.
    Part,
    /// The first span of the tree.
    Tree,
}

impl Carrier {
    pub(crate) const ALL: [Self; 3] = [Self::Span, Self::Part, Self::Tree];
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Span, Self::Resource, Self::Event, Self::Link, Self::Instrumentation, Self::Intrinsic];

    /// The word used in queries and in SQL.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Span => "span",
            Self::Resource => "resource",
            Self::Event => "event",
            Self::Link => "link",
            Self::Instrumentation => "instrumentation",
            Self::Intrinsic => "intrinsic",
        }
    }

    /// The scope of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }
}

/// An attribute's name within its scope.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) scope: Scope,
    pub(crate) name: String,
}

/// What every span has by itself and is a text: the name of each as it is interned.
pub(crate) mod own {
    pub(crate) const NAME: &str = "name";
    pub(crate) const STATUS_MESSAGE: &str = "statusMessage";
    pub(crate) const ROOT_NAME: &str = "rootName";
    pub(crate) const ROOT_SERVICE: &str = "rootServiceName";
    pub(crate) const EVENT_NAME: &str = "event:name";
    pub(crate) const LINK_TRACE: &str = "link:traceID";
    pub(crate) const LINK_SPAN: &str = "link:spanID";
    pub(crate) const LIBRARY_NAME: &str = "instrumentation:name";
    pub(crate) const LIBRARY_VERSION: &str = "instrumentation:version";
}

impl Key {
    pub(crate) fn new(scope: Scope, name: &str) -> Self {
        Self { scope, name: name.to_owned() }
    }

    /// Follows from scope and name.
    pub(crate) fn id(&self) -> i64 {
        id_of(&["key", self.scope.word(), &self.name])
    }

    pub(crate) fn carrier(&self) -> Carrier {
        match self.scope {
            Scope::Span | Scope::Event | Scope::Link => Carrier::Span,
            Scope::Resource | Scope::Instrumentation => Carrier::Part,
            Scope::Intrinsic => match self.name.as_str() {
                own::ROOT_NAME | own::ROOT_SERVICE => Carrier::Tree,
                own::LIBRARY_NAME | own::LIBRARY_VERSION => Carrier::Part,
                _ => Carrier::Span,
            },
        }
    }
}
