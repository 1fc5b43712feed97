"""The commands of trust, one file for each group: ceremonies, publishing, what cannot wait."""

from registry.trust.commands.courier import stick
from registry.trust.commands.drill import drill
from registry.trust.commands.founding import keys
from registry.trust.commands.keyring import backup, key, restore
from registry.trust.commands.order import order
from registry.trust.commands.person import person, reissue
from registry.trust.commands.publishing import release, renew, sign
from registry.trust.commands.rotate import rotate
from registry.trust.commands.substitute import substitute
from registry.trust.commands.urgent import alert, stop

COMMANDS = (
    keys,
    key,
    sign,
    release,
    alert,
    stop,
    order,
    renew,
    stick,
    reissue,
    rotate,
    person,
    substitute,
    backup,
    restore,
    drill,
)
