"""Which mounts are sticks, as the kernel lists them."""

from agent.courier.mounts import read_mounts, sticks

MOUNTINFO = """22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw
31 22 8:1 / /media/usb rw,nosuid,nodev shared:9 - vfat /dev/sda1 rw,fmask=0022
32 22 8:17 / /media/USB\\040c\\341\\273\\247a\\040x\\303\\243 ro,nodev - exfat /dev/sdb1 ro
33 22 0:44 / /media/share rw - nfs4 10.0.0.1:/x rw
34 22 8:33 / /mnt/usb rw - vfat /dev/sdc1 rw
35 22 8:49 / /media rw - ext4 /dev/sdd1 rw
nonsense
36 22 - -
"""


def test_removable_file_systems_below_the_folders_and_nothing_else() -> None:
    found = sticks(read_mounts(MOUNTINFO), ("/media",))
    assert [(mount.point, mount.read_only) for mount in found] == [("/media/usb", False), ("/media/USB của xã", True)]
    assert sticks(read_mounts(MOUNTINFO), ()) == ()


def test_another_stick_in_the_same_place_is_another_stick() -> None:
    first = sticks(read_mounts(MOUNTINFO), ("/media",))[0]
    second = sticks(read_mounts(MOUNTINFO.replace("31 22 8:1", "77 22 8:1")), ("/media",))[0]
    assert first != second
    assert first.point == second.point


def test_what_is_mounted_over_another_is_what_is_seen() -> None:
    over = MOUNTINFO + "90 31 8:65 / /media/usb rw - vfat /dev/sde1 rw\n"
    assert [mount.number for mount in sticks(read_mounts(over), ("/media",)) if mount.point == "/media/usb"] == [90]
