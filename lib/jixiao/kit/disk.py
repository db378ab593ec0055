"""What a disk refuses, as a line that a user understands."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from jixiao.kit.errors import Fault, PublishError

_REASONS = {
    errno.ENOSPC: ("磁盘空间不够", "腾出空间"),
    errno.EDQUOT: ("超出磁盘配额", "腾出空间"),
    errno.EFBIG: ("文件超出系统允许的大小", "放宽限制（ulimit -f）"),
    errno.EROFS: ("文件系统是只读的", "换到可写的文件夹"),
    errno.EACCES: ("没有写的权限", "改好文件夹的权限"),
    errno.EPERM: ("没有写的权限", "改好文件夹的权限"),
}


@contextmanager
def faults(what: str, unchanged: str = "已发布的版本没有改动") -> Iterator[None]:
    """PublishError about `what` where the disk is full or cannot be written; it says what is `unchanged`."""
    try:
        yield
    except OSError as error:
        if error.errno not in _REASONS:
            raise
        found, remedy = _REASONS[error.errno]
        raise PublishError(Fault(what, f"{found}，没有写成，{unchanged}", remedy=remedy)) from error
