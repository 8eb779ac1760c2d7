//! How fast each format is read: documents of 8 MiB, in bytes a second.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]

mod shapes;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use shapes::shapes;
use std::sync::Arc;
use tidegate_core::evidence::Completeness;
use tidegate_evidence::{Limits, formats, read};

const BYTES: usize = 8 << 20;

fn readers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    group.sample_size(10);
    let limits = Limits::default();
    // A document of our own for the addresses would be too large for its format, which holds 1,000 of them.
    let known: Vec<&str> = formats().iter().map(|format| format.name).filter(|name| *name != "probe").collect();
    for shape in shapes() {
        assert!(known.contains(&shape.format), "{} is no format", shape.format);
        let bytes = shape.document(BYTES);
        let document = read(Arc::clone(&bytes), Some(shape.format), &limits).unwrap();
        assert_eq!(document.completeness, Completeness::Complete, "{}", shape.format);
        group.throughput(Throughput::Bytes(bytes.len().try_into().unwrap()));
        group.bench_function(shape.format, |bencher| {
            bencher.iter_batched(
                || Arc::clone(&bytes),
                |bytes| read(bytes, Some(shape.format), &limits),
                BatchSize::PerIteration,
            );
        });
    }
    assert_eq!(shapes().count(), known.len(), "each format is measured");
    group.finish();
}

criterion_group!(benches, readers);
criterion_main!(benches);
