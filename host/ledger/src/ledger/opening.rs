//! From a place to a ledger whose writer runs.

use super::{Inner, KIB, Ledger, others::Seat, watches::Shift};
use crate::{
    config::LedgerConfig,
    counters::Counters,
    error::{LedgerError, RecordError, StoreError},
    notary::Notary,
    place::Place,
    rebuild::later,
    store::{
        dialect, intact,
        lock::WriterLock,
        open::{self, Writing},
    },
    writer::{Writer, behind::Behind, health::Health},
};
use std::sync::Arc;
use tokio::sync::{Mutex, Notify, Semaphore, mpsc};

impl Ledger {
    /// Opens or creates the ledger in this place and starts its writer.
    ///
    /// A file is refused while another writer has it open. Either is when leaves are missing or the last one was altered, when the tree over them does not
    /// fit, and when a kept checkpoint is of more leaves or of other ones.
    pub async fn open(place: impl Into<Place>, config: LedgerConfig) -> Result<Self, LedgerError> {
        let place = place.into();
        let lock = WriterLock::of(&place)?;
        let writing = Writing::new(&place, &config);
        let mut connection = writing.create().await?;
        let tree = intact::compare(&mut connection).await.map_err(|error| match error {
            RecordError::Damaged(cause) => LedgerError::Damaged { place: place.clone(), cause },
            RecordError::Write(cause) => LedgerError::Open { place: place.clone(), cause },
            other => LedgerError::Migrate { place: place.clone(), cause: Box::new(other) },
        })?;
        let migrate = |cause| LedgerError::Migrate { place: place.clone(), cause: Box::new(cause) };
        later::open(&mut connection, config.body_bytes_max).await.map_err(migrate)?;
        let notary = Notary::open(&place, config.checkpoints.as_ref(), &mut connection).await?;
        let failed = |cause: StoreError| LedgerError::Open { place: place.clone(), cause };
        dialect::together(&mut connection).await.map_err(|cause| failed(cause.into()))?;
        open::undo_in_memory(&mut connection).await.map_err(|cause| failed(cause.into()))?;
        let reads = open::reading(&place, &config).map_err(|cause| failed(cause.into()))?;
        let verifier = notary.as_ref().map(|notary| notary.verifier().clone());
        let (jobs, receiver) = mpsc::channel(config.queue_max.max(1));
        let (health, counters) = (Arc::<Health>::default(), Arc::<Counters>::default());
        let [stop, noticed, spanned] = std::array::from_fn(|_| Arc::<Notify>::default());
        let seat = Seat::new(&place, &writing, open::patience(&config));
        let shift = Shift::new(&place, &writing, open::patience(&config));
        let writer = Writer {
            connection: Some(connection),
            writing,
            batch_max: config.batch_max.max(1),
            body_bytes_max: config.body_bytes_max,
            health: health.clone(),
            counters: counters.clone(),
            noticed: noticed.clone(),
            spanned: spanned.clone(),
            notary,
            tree,
            head: None,
            behind: Behind::default(),
            lock,
        };
        let writer = Mutex::new(Some(tokio::spawn(writer.run(receiver, stop.clone()))));
        let kib = Arc::new(Semaphore::new((config.queue_bytes_max / KIB).clamp(1, Semaphore::MAX_PERMITS)));
        Ok(Self(Arc::new(Inner {
            config,
            jobs,
            kib,
            reads,
            health,
            counters,
            verifier,
            stop,
            noticed,
            spanned,
            writer,
            seat,
            shift,
        })))
    }
}
