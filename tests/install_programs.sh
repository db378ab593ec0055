#!/bin/sh
# Installs the Debian packages of the programs that some tests run (conftest.py: PROGRAMS).
# Needs root and apt-get; otherwise it only says what is missing. It never fails: the tests decide what a
# missing program means.

# lacks NAME...: none of these commands is there.
lacks() {
    for name in "$@"; do
        command -v "$name" >/dev/null 2>&1 && return 1
    done
    return 0
}

# Ubuntu forbids users name spaces of their own, in which tests run commands without network.
if [ "$(id -u)" -eq 0 ] && [ -e /proc/sys/kernel/apparmor_restrict_unprivileged_userns ]; then
    echo 0 >/proc/sys/kernel/apparmor_restrict_unprivileged_userns || true
fi

packages=""
lacks chromium chromium-browser google-chrome && packages="$packages chromium"
lacks soffice libreoffice && packages="$packages libreoffice-writer-nogui"
lacks qpdf && packages="$packages qpdf"
# soffice alone reads no workbooks.
if ! lacks dpkg && ! dpkg -s libreoffice-calc-nogui >/dev/null 2>&1 && ! dpkg -s libreoffice-calc >/dev/null 2>&1; then
    packages="$packages libreoffice-calc-nogui"
fi
[ -n "$packages" ] || exit 0

if lacks apt-get || [ "$(id -u)" -ne 0 ]; then
    echo "缺少程序，用到它们的测试将跳过；可由管理员安装：$packages" >&2
    exit 0
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq || echo "软件包目录未能更新，按现有目录安装。" >&2
for package in $packages; do # one at a time, so that one that cannot be had does not cost the others
    apt-get install -y -qq --no-install-recommends "$package" >/dev/null ||
        echo "未能安装 ${package}，用到它的测试将跳过。" >&2
done
exit 0
