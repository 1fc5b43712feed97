"""The guest itself: it boots, has what a unit needs, and the sampler of its pins tells the truth about another program."""


def test_the_guest_boots_with_everything_a_unit_needs(machine):
    print(f"\nthe guest answers {machine.boot_seconds:.1f} s after power on")
    assert machine.commands.run("systemctl is-system-running --wait").strip() == "running"
    assert machine.commands.run("ls /dev/gpiochip*").split() == ["/dev/gpiochip0"]
    assert "HDA" in machine.commands.run("cat /proc/asound/cards")
    assert machine.commands.run("bangtin --help").strip()


def test_the_sampler_sees_a_level_that_another_program_drives_for_as_long_as_it_does(machine):
    assert machine.levels.level(17) == 0
    machine.commands.run("gpioset --mode=time --usec=500000 0 17=1")
    risen = machine.levels.reach(17, 1)
    fallen = machine.levels.reach(17, 0, since=risen.by)
    # Between the last look before and the first look after: gpioset's half second lies in there, and little else.
    assert fallen.by - risen.after >= 0.5
    assert fallen.after - risen.by < 1.0
