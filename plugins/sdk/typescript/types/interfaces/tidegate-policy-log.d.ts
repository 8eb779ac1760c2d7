declare module 'tidegate:policy/log@0.1.0' {
  /**
   * Writes one line. Longer lines are cut, further lines counted and dropped: both are bounded by the host.
   */
  export function write(level: Level, message: string): void;
  /**
   * How much a line matters.
   * # Variants
   * 
   * ## `"debug"`
   * 
   * For the plugin's author.
   * ## `"info"`
   * 
   * Worth knowing.
   * ## `"warn"`
   * 
   * Something is not as it should be.
   * ## `"error"`
   * 
   * Something went wrong.
   */
  export type Level = 'debug' | 'info' | 'warn' | 'error';
}
