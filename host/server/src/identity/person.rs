//! Who is the same person: asked here alone, so that what is known of people across issuers is brought in at one place.

use tidegate_ledger::forced::written_once;

/// Whether two names are of one person, however they write it.
#[must_use]
pub fn same_person(one: &str, other: &str) -> bool {
    written_once(one) == written_once(other)
}

#[cfg(test)]
mod tests {
    use super::same_person;

    #[test]
    fn one_person_is_one_however_they_write_their_name() {
        assert!(same_person("Alice@Shop.example", " alice@shop.example "));
        assert!(same_person("JÜRGEN@shop.example", "jürgen@shop.example"));
        assert!(!same_person("alice@shop.example", "bob@shop.example"));
    }
}
