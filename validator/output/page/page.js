(function () {
  'use strict';
  var at = -1, shown = null;
  function marks() {
    return Array.prototype.filter.call(
      document.querySelectorAll('.doc a.m[id],.doc u:not(.x)'),
      function (e) {
        return !e.classList.contains('c') && getComputedStyle(e).cursor === 'pointer';
      });
  }
  function go(step) {
    var all = marks(), e, card, side;
    if (!all.length) return;
    at = shown && all.indexOf(shown) >= 0 ? all.indexOf(shown) : at;
    at = (at + step + all.length) % all.length;
    e = all[at];
    if (shown) shown.classList.remove('cur');
    document.querySelectorAll('li.cur').forEach(function (c) { c.classList.remove('cur'); });
    shown = e;
    e.classList.add('cur');
    if (e.focus) e.focus({ preventScroll: true });
    e.scrollIntoView({ block: 'center' });
    card = e.hash && document.getElementById(e.hash.slice(1));
    if (card) {
      card.classList.add('cur');
      side = card.closest('.side');
      if (side.scrollHeight > side.clientHeight)
        side.scrollTop += card.getBoundingClientRect().top -
          side.getBoundingClientRect().top - side.clientHeight / 3;
    }
    document.getElementById('at').textContent = (at + 1) + ' of ' + all.length;
  }
  document.addEventListener('keydown', function (k) {
    if (k.ctrlKey || k.metaKey || k.altKey) return;
    if (k.key === 'n' || k.key === 'j') go(1);
    else if (k.key === 'p' || k.key === 'k') go(-1);
  });
})();
