//! The macro that makes a component of a plugin.

/// Exports a type that implements [`crate::gate::Gate`] as a plugin, and installs the [`crate::arena`] as its allocator. Does nothing
/// but check the type when it is compiled natively.
#[macro_export]
macro_rules! export_gate {
    ($plugin:ty) => {
        const _: () = {
            const fn is_a_gate<P: $crate::gate::Gate>() {}
            is_a_gate::<$plugin>();
        };

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            #[global_allocator]
            static ARENA: $crate::arena::Arena = $crate::arena::Arena::new();

            type Exported = $crate::wasm::Exported<$plugin>;
    $crate::wasm::bindings::export!(Exported with_types_in $crate::wasm::bindings);
        };
    };
}
