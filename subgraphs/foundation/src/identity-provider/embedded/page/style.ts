/** Everything the pages wear; no font, image or script of its own. */
export const style = (accent: string): string => `
:root { color-scheme: light dark; --accent: ${accent}; --ground: #f4f5f7; --card: #fff; --ink: #16181d; --quiet: #4b5160; --line: #8a90a0; --alert: #a3141f; --alert-ground: #fdecee; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #101217; --card: #1a1d24; --ink: #f2f3f5; --quiet: #b4b9c6; --line: #767d8f; --alert: #ffb3b9; --alert-ground: #3b1519; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 24rem; padding: 2rem 1.5rem; background: var(--card); border-top: 4px solid var(--accent); border-radius: .75rem; box-shadow: 0 1px 3px rgb(0 0 0 / .2); overflow-wrap: anywhere; }
.logo { display: block; max-width: 10rem; max-height: 3rem; margin-bottom: 1rem; }
h1 { margin: 0 0 1.25rem; font-size: 1.375rem; line-height: 1.3; font-weight: 600; }
h1 small { display: block; font-size: .9375rem; font-weight: 400; color: var(--quiet); }
p { margin: 0 0 1.25rem; }
.quiet { margin: 1.25rem 0 0; font-size: .9375rem; color: var(--quiet); }
label { display: block; margin-bottom: .25rem; font-weight: 500; }
input { display: block; width: 100%; min-height: 2.75rem; margin-bottom: 1rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); color: inherit; font: inherit; }
button, .button { display: block; width: 100%; min-height: 2.75rem; margin-top: .75rem; padding: .5rem 1rem; border: 1px solid transparent; border-radius: .5rem; background: #1f2a44; color: #fff; font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; }
@media (prefers-color-scheme: dark) { button, .button { background: #e6e9f2; color: #10131b; } }
button.second { background: transparent; color: inherit; border-color: var(--line); }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
[role=alert] { margin: 0 0 1.25rem; padding: .75rem 1rem; border-radius: .5rem; background: var(--alert-ground); color: var(--alert); }
`;
