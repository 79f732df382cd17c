// Compiles, or the types that the package ships are no longer those of the script.
window.penstock?.track('signup');
window.penstock?.track('bought', {plan: 'pro', price: 12.5, items: [{id: 'a'}], late: undefined});
const isThere: boolean = window.penstock?.loaded ?? false;

// @ts-expect-error It may be absent.
window.penstock.track('signup');
// @ts-expect-error A name is wanted.
window.penstock?.track();
// @ts-expect-error Properties have names.
window.penstock?.track('signup', 'pro');
// @ts-expect-error No such function.
window.penstock?.identify(isThere);
