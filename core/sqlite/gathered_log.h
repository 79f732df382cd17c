// A database's WAL, handed to the kernel in large pieces.
//
// SQLite writes each page of a commit by itself, and what stands before the page too: a commit of
// two megabytes is over a thousand calls, which cost more than all else that SQLite does for it.
// They come one behind the other, so they are gathered here until a piece is full or somebody
// looks: a read, a sync, the end. What a sync promises stays as it was, and so does the file.
#pragma once

#include <cstddef>

struct sqlite3;

namespace penstock::sqlite {

// SQLite's own file systems write no more than 131,071 bytes at once.
inline constexpr std::size_t kLogPieceBytes = 126'976;

// For a connection that is in WAL mode and synced with Sync::kFull: others are told of a commit
// after its sync, and must find it in the file. An error of a piece is that of the call which wrote
// it out, and of all that follow. False: there is no memory, or no WAL.
bool gather_log(sqlite3* database);

}  // namespace penstock::sqlite
