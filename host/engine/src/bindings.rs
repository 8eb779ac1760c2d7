//! What `bindgen!` makes of the contract's exports. The evidence interface is linked by hand, for speed, in
//! [`crate::evidence`]. Conversions from and to core's types are in [`crate::convert`].

/// `plugin`: what every kind of plugin exports.
pub(crate) mod describing {
    wasmtime::component::bindgen!({
        path: "../../wit",
        inline: "package tidegate:engine; world describing { export tidegate:policy/plugin@0.1.0; }",
        world: "tidegate:engine/describing",
    });
}

/// `gate`: what a plugin exports that judges deployments.
pub(crate) mod judging {
    wasmtime::component::bindgen!({
        path: "../../wit",
        inline: "package tidegate:engine; world judging { export tidegate:policy/gate@0.1.0; }",
        world: "tidegate:engine/judging",
    });
}
