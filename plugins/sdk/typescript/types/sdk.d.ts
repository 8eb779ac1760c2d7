/// <reference path="./interfaces/tidegate-policy-evidence.d.ts" />
/// <reference path="./interfaces/tidegate-policy-gate.d.ts" />
/// <reference path="./interfaces/tidegate-policy-log.d.ts" />
/// <reference path="./interfaces/tidegate-policy-plugin.d.ts" />
/// <reference path="./interfaces/tidegate-policy-rollback.d.ts" />
/// <reference path="./interfaces/tidegate-policy-severity.d.ts" />
/// <reference path="./interfaces/tidegate-policy-types.d.ts" />
declare module 'tidegate:policy/sdk@0.1.0' {
  export type * as TidegatePolicyEvidence010 from 'tidegate:policy/evidence@0.1.0'; // import tidegate:policy/evidence@0.1.0
  export type * as TidegatePolicyLog010 from 'tidegate:policy/log@0.1.0'; // import tidegate:policy/log@0.1.0
  export type * as TidegatePolicyTypes010 from 'tidegate:policy/types@0.1.0'; // import tidegate:policy/types@0.1.0
  export * as plugin from 'tidegate:policy/plugin@0.1.0'; // export tidegate:policy/plugin@0.1.0
  export * as gate from 'tidegate:policy/gate@0.1.0'; // export tidegate:policy/gate@0.1.0
  export * as rollback from 'tidegate:policy/rollback@0.1.0'; // export tidegate:policy/rollback@0.1.0
  export * as severity from 'tidegate:policy/severity@0.1.0'; // export tidegate:policy/severity@0.1.0
}
