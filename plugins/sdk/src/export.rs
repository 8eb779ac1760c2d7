//! The macros that make a component of a plugin.

/// Exports a type that implements [`crate::gate::Gate`] as a plugin, and installs the [`crate::arena`] as its allocator. Does nothing
/// but check the type when it is compiled natively.
#[macro_export]
macro_rules! export_gate {
    ($plugin:ty) => {
        $crate::export_gate_with!($plugin, $crate::arena::Arena);
    };
}

/// The same with another allocator of [`crate::arena`], e.g. `tidegate_sdk::arena::Heap<{ 8 << 20 }>`.
#[macro_export]
macro_rules! export_gate_with {
    ($plugin:ty, $arena:ty) => {
        const _: () = {
            const fn is_a_gate<P: $crate::gate::Gate>() {}
            is_a_gate::<$plugin>();
        };

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            $crate::export_description!($crate::wasm::describing::ByGate<$plugin>, $arena);

            type Exported = $crate::wasm::Exported<$plugin>;
    $crate::wasm::bindings::export!(Exported with_types_in $crate::wasm::bindings);
        };
    };
}

/// The same for a type that implements [`crate::rollback::Rollback`].
#[macro_export]
macro_rules! export_rollback {
    ($plugin:ty) => {
        const _: () = {
            const fn is_a_rollback<P: $crate::rollback::Rollback>() {}
            is_a_rollback::<$plugin>();
        };

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            $crate::export_description!($crate::wasm::describing::ByRollback<$plugin>, $crate::arena::Arena);

            type Exported = $crate::wasm::rollback::Exported<$plugin>;
    $crate::wasm::rollback::bindings::export!(Exported with_types_in $crate::wasm::rollback::bindings);
        };
    };
}

/// The same for a type that implements [`crate::severity::Classifier`].
#[macro_export]
macro_rules! export_severity {
    ($plugin:ty) => {
        const _: () = {
            const fn is_a_classifier<P: $crate::severity::Classifier>() {}
            is_a_classifier::<$plugin>();
        };

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            $crate::export_description!($crate::wasm::describing::ByClassifier<$plugin>, $crate::arena::Arena);

            type Exported = $crate::wasm::severity::Exported<$plugin>;
    $crate::wasm::severity::bindings::export!(Exported with_types_in $crate::wasm::severity::bindings);
        };
    };
}

/// What all of them share: the allocator, and what the plugin says of itself.
#[doc(hidden)]
#[macro_export]
macro_rules! export_description {
    ($by:ty, $arena:ty) => {
        #[global_allocator]
        static ARENA: $arena = <$arena>::new();

        type Describing = $crate::wasm::describing::Described<$by>;
        $crate::wasm::describing::bindings::export!(Describing with_types_in $crate::wasm::describing::bindings);
    };
}
