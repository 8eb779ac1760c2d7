//! How fast each format is read: documents of 8 MiB, in bytes a second.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]

mod shapes;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use shapes::shapes;
use std::sync::Arc;
use tidegate_core::{evidence::Completeness, signer::Signers};
use tidegate_evidence::{
    Limits, formats, read_signed,
    signing::{IN_TOTO_PAYLOAD_TYPE, SigningKey},
};

const BYTES: usize = 8 << 20;

fn readers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    group.sample_size(10);
    let limits = Limits::default();
    // A document of our own for the addresses would be too large for its format, which holds 1,000 of them.
    let known: Vec<&str> = formats().iter().map(|format| format.name).filter(|name| *name != "probe").collect();
    let key = SigningKey::ed25519(&[7; 32]).unwrap();
    let signers = Signers::new(vec![key.known_as("bench")]);
    let documents: Vec<(&str, Arc<[u8]>)> = shapes().map(|shape| (shape.format, shape.document(BYTES))).collect();
    let statement =
        documents.iter().find(|(format, _)| *format == "in-toto").map(|(_, bytes)| Arc::clone(bytes)).unwrap();
    let envelope = Arc::from(key.seal(IN_TOTO_PAYLOAD_TYPE, &statement).into_bytes());
    for (format, bytes) in documents.iter().chain([&("dsse", envelope)]) {
        assert!(known.contains(format), "{format} is no format");
        let document = read_signed(Arc::clone(bytes), Some(format), &limits, &signers).unwrap();
        assert_eq!(document.completeness, Completeness::Complete, "{format}");
        group.throughput(Throughput::Bytes(bytes.len().try_into().unwrap()));
        group.bench_function(*format, |bencher| {
            bencher.iter_batched(
                || Arc::clone(bytes),
                |bytes| read_signed(bytes, Some(format), &limits, &signers),
                BatchSize::PerIteration,
            );
        });
    }
    assert_eq!(documents.len() + 1, known.len(), "each format is measured");
    group.finish();
}

criterion_group!(benches, readers);
criterion_main!(benches);
