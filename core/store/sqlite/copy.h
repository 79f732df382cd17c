// A copy of the store's folder while the worker fills it.
#pragma once

#include <string>

#include "base/error.h"
#include "store/contract/store_copy.h"

namespace penstock::store {

// Copies recent.db and every day of `from`, each as of one moment, into `to`, a new folder; synced,
// but for the folder's own entry. A file that is damaged or of a newer version than this program
// knows is left out and named, one that the retention removes meanwhile only left out. Links are
// not followed. An absent `from` has no days. kExhausted where `to` has no room.
Result<StoreCopy> copy_sqlite_store(const std::string& from, const std::string& to);

}  // namespace penstock::store
