//! One loading of policies: each artifact is fetched once, however many sets name it, and looked at for each of them.

use super::{Registries, offered::Offered};
use crate::gate::{
    clock,
    material::{Component, components::FromRegistries},
};
use std::{collections::BTreeMap, sync::Arc, thread};
use tidegate_bundle::sources::{InRegistry, PluginReference};
use tidegate_evidence::signing::verifies;
use tidegate_registry::{
    layout::{Layout, SaveError},
    reference::Reference,
    signature::demand::Demand,
};
use tokio::runtime;

/// What one loading has at hand.
#[derive(Debug)]
pub struct Pulling<'a> {
    registries: &'a Registries,
    at_hand: BTreeMap<String, AtHand>,
    unanswered: bool,
}

#[derive(Debug)]
struct AtHand {
    layout: Layout,
    /// Just now: nobody signed it since.
    is_fresh: bool,
}

/// Why there is no artifact.
struct Unfetched {
    why: String,
    /// Whether it may be there a moment later.
    is_passing: bool,
}

impl<'a> Pulling<'a> {
    pub(super) fn new(registries: &'a Registries) -> Self {
        Self { registries, at_hand: BTreeMap::new(), unanswered: false }
    }

    /// Whether something is missing that may be there a moment later, with the same policies.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        self.unanswered
    }

    fn at_hand(&mut self, place: &InRegistry) -> Result<&AtHand, String> {
        if !self.at_hand.contains_key(&place.reference) {
            let found = match self.registries.kept.read(place.digest) {
                Some(layout) => AtHand { layout, is_fresh: false },
                None => self.fetched(place)?,
            };
            self.at_hand.insert(place.reference.clone(), found);
        }
        self.at_hand.get(&place.reference).ok_or_else(|| "it was not kept".to_owned())
    }

    fn fetched(&mut self, place: &InRegistry) -> Result<AtHand, String> {
        let reference = &place.reference;
        if let Some(why) = self.registries.failures.recent(reference) {
            self.unanswered = true;
            return Err(why);
        }
        match self.registries.fetch(reference) {
            Ok(layout) => {
                self.registries.failures.forget(reference);
                self.registries.kept.write(&layout);
                Ok(AtHand { layout, is_fresh: true })
            }
            Err(Unfetched { why, is_passing }) => {
                if is_passing {
                    self.unanswered = true;
                    self.registries.failures.note(reference, &why);
                }
                Err(why)
            }
        }
    }

    fn signed(&mut self, place: &InRegistry, demand: &Demand) -> Result<(), String> {
        let found = self.at_hand(place)?;
        let Err(refusal) = found.layout.verify(demand, clock::now()) else { return Ok(()) };
        let refused = |refusal: &dyn std::fmt::Display| format!("`{}` is refused: {refusal}", place.reference);
        if found.is_fresh {
            return Err(refused(&refusal));
        }
        // Somebody may have signed since it was kept.
        let Ok(fresh) = self.fetched(place) else { return Err(refused(&refusal)) };
        let again = fresh.layout.verify(demand, clock::now()).map(drop).map_err(|refusal| refused(&refusal));
        self.at_hand.insert(place.reference.clone(), fresh);
        again
    }
}

impl FromRegistries for Pulling<'_> {
    fn component(&mut self, place: &InRegistry) -> Component {
        Ok(Arc::from(&*self.at_hand(place)?.layout.artifact.component))
    }

    fn vouched(&mut self, plugin: &PluginReference<'_>, place: &InRegistry) -> Result<(), String> {
        let Some(who) = &place.who else { return Ok(()) };
        let demand = Demand::new(who.clone(), &plugin.keys(), verifies).map_err(|error| error.to_string())?;
        self.signed(place, &demand)
    }
}

impl Registries {
    /// From the registry, with all of its signatures.
    fn fetch(&self, reference: &str) -> Result<Layout, Unfetched> {
        let for_good = |why: String| Unfetched { why, is_passing: false };
        let pinned = Reference::parse(reference).map_err(|error| for_good(error.to_string()))?;
        let pinned = pinned.pinned().map_err(|error| for_good(error.to_string()))?;
        let saved = |error: SaveError| Unfetched { why: error.to_string(), is_passing: !error.is_refusal() };
        let asked = || {
            // On a thread of its own: whoever loads policies may be a thread of a runtime or none.
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| for_good(error.to_string()))?;
            let client = self.places.client(pinned.repository.registry()).map_err(for_good)?;
            runtime.block_on(client.save(&pinned, &Offered)).map_err(saved)
        };
        let layout = thread::scope(|scope| scope.spawn(asked).join());
        let layout = layout.unwrap_or_else(|_| Err(for_good("a thread died".to_owned())))?;
        tracing::info!("pulled `{pinned}`");
        Ok(layout)
    }
}
