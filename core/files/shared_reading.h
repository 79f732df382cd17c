// A second group that may read what is one group's already: by an access control list, since a
// file's mode names only one.
#pragma once

#include <sys/types.h>

#include "base/error.h"

namespace penstock::files {

// Lets `group` read the file `fd`, whose own group may write it; or, of a folder, look into it and
// read what is made there from now on. Root or the owner. Whether anything had to be changed; false
// too on a file system without such lists. kConfiguration or kExhausted with errno.
Result<bool> let_group_read(int fd, gid_t group);

}  // namespace penstock::files
