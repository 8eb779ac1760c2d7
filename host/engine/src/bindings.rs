//! What `bindgen!` makes of the contract's exports. The evidence interface is linked by hand, for speed, in
//! [`crate::evidence`]. The types that interfaces share are those of `judging`. Conversions from and to core's types are in
//! [`crate::convert`].

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

/// `rollback`: what a plugin exports that judges what signals say of a deployment.
pub(crate) mod watching {
    wasmtime::component::bindgen!({
        path: "../../wit",
        inline: "package tidegate:engine; world watching { export tidegate:policy/rollback@0.1.0; }",
        world: "tidegate:engine/watching",
        with: { "tidegate:policy/types@0.1.0": crate::bindings::judging::tidegate::policy::types },
    });
}

/// `severity`: what a plugin exports that classifies incidents.
pub(crate) mod classifying {
    wasmtime::component::bindgen!({
        path: "../../wit",
        inline: "package tidegate:engine; world classifying { export tidegate:policy/severity@0.1.0; }",
        world: "tidegate:engine/classifying",
        with: { "tidegate:policy/types@0.1.0": crate::bindings::judging::tidegate::policy::types },
    });
}
