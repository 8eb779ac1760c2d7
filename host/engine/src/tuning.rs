//! How wasmtime is set up. The values are measured (PERFORMANCE.md of the design, section 3); each says why.

use crate::{config::EngineConfig, memory::TABLE_ELEMENTS_MAX};
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig};

/// Bytes of a slot's memory that are wiped in place rather than given back: a page fault costs more than wiping a page.
const KEEP_RESIDENT_BYTES: usize = 2 << 20;
/// Core modules of one component. In Rust three: the plugin's, and the two that adapt imports with strings and lists. In Python 14 with WASI, 38
/// with stubs in its place, and one more for each library linked to it. This is a count: what is not used costs nothing.
const CORE_INSTANCES: u32 = 128;
/// Tables of one component: the plugin's own and the adapters'.
const TABLES: u32 = 2;
/// A wasm page.
const PAGE_BYTES: u64 = 64 << 10;

/// The configuration of one engine.
pub(crate) fn wasmtime_config(config: &EngineConfig) -> Config {
    let mut wasm = Config::new();
    wasm.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(config)));
    // An epoch check costs 0 to 20 % and interrupts what does not come back; fuel costs more.
    wasm.epoch_interruption(true).consume_fuel(false);
    wasm.memory_init_cow(true);
    wasm.cranelift_opt_level(OptLevel::Speed);
    // A judgement replays bit for bit: one NaN, no instruction whose result depends on the machine, no threads.
    wasm.cranelift_nan_canonicalization(true);
    wasm.wasm_relaxed_simd(false).wasm_memory64(false).wasm_multi_memory(false);
    // Plugins are called and answer; what lets them suspend costs a microsecond a call.
    wasm.concurrency_support(false);
    // Only their messages are shown; walking a plugin's stack would cost more than the call.
    wasm.wasm_backtrace_max_frames(None);
    wasm
}

fn pool(config: &EngineConfig) -> PoolingAllocationConfig {
    let slots = config.slots;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_core_instances(slots.saturating_mul(CORE_INSTANCES))
        .max_core_instances_per_component(CORE_INSTANCES)
        .total_memories(slots)
        .max_memories_per_component(1)
        .total_tables(slots.saturating_mul(TABLES))
        .max_tables_per_component(TABLES)
        .max_tables_per_module(TABLES)
        .table_elements(TABLE_ELEMENTS_MAX)
        .max_memory_size(memory_bytes(config))
        .linear_memory_keep_resident(KEEP_RESIDENT_BYTES)
        // At least a whole table: this is half the cost of a component with imports.
        .table_keep_resident(TABLE_ELEMENTS_MAX * size_of::<usize>())
        .pagemap_scan(Enabled::Auto)
        .max_unused_warm_slots(slots);
    pool
}

/// The limit in whole pages, rounded up; the exact limit is the meter's.
fn memory_bytes(config: &EngineConfig) -> usize {
    let pages = config.limits.plugin_memory_bytes.div_ceil(PAGE_BYTES);
    usize::try_from(pages.saturating_mul(PAGE_BYTES)).unwrap_or(usize::MAX)
}
