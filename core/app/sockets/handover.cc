#include "app/sockets/handover.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/process/run_file.h"
#include "app/sockets/names.h"
#include "base/log.h"
#include "base/text.h"
#include "files/folder.h"
#include "io/descriptor_message.h"

namespace penstock::app {
namespace {

constexpr std::string_view kDone = "done";
constexpr std::string_view kReady = "ready";
constexpr std::string_view kRefused = "refused: ";

constexpr std::size_t kMessageBytesMax = 512;  // A name is an address or a path of at most 108.
constexpr std::size_t kSocketsMax = 4'096;
constexpr time_t kAnswerSeconds = 10;

std::string path_in(const std::string& state_dir) {
  return str_cat(run_folder(state_dir, kIngestProgram), "/", kIngestProgram, ".sock");
}

// False where the path is too long for a unix socket.
bool fill(sockaddr_un& address, const std::string& path) {
  if (path.size() >= sizeof address.sun_path) return false;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return true;
}

const sockaddr* as_sockaddr(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

bool is_trusted(int peer) {
  ucred who{};
  socklen_t bytes = sizeof who;
  return ::getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &who, &bytes) == 0 &&
         (who.uid == ::geteuid() || who.uid == 0);
}

tl::unexpected<Error> failure(const char* step) {
  return fail(ErrorCode::kConfiguration, errno, step);
}

}  // namespace

Result<std::unique_ptr<HandoverOffer>> HandoverOffer::open(const std::string& state_dir,
                                                           io::Loop& loop, Events events) {
  const std::string path = path_in(state_dir);
  const std::string draft = str_cat(path, ".", ::getpid());
  sockaddr_un address{};
  if (!fill(address, draft)) {
    return fail(ErrorCode::kConfiguration, ENAMETOOLONG, "open the handover socket");
  }
  PENSTOCK_TRY(files::make_folder(run_folder(state_dir, kIngestProgram), 0755));
  ::unlink(draft.c_str());
  files::Descriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // Nobody can connect before listen(), so there is no moment with a wider mode.
  if (!socket.is_open() || ::bind(socket.get(), as_sockaddr(address), sizeof address) != 0 ||
      ::chmod(draft.c_str(), 0600) != 0 || ::listen(socket.get(), SOMAXCONN) != 0 ||
      ::rename(draft.c_str(), path.c_str()) != 0) {
    const auto failed = failure("open the handover socket");
    ::unlink(draft.c_str());
    return failed;
  }
  return std::unique_ptr<HandoverOffer>(
      new HandoverOffer(path, std::move(socket), loop, std::move(events)));
}

HandoverOffer::HandoverOffer(std::string path, files::Descriptor socket, io::Loop& loop,
                             Events events)
    : path_(std::move(path)), socket_(std::move(socket)), loop_(loop), events_(std::move(events)) {
  struct stat status {};
  if (::stat(path_.c_str(), &status) == 0) inode_ = status.st_ino;
  listen();
}

HandoverOffer::~HandoverOffer() {
  struct stat status {};
  if (::stat(path_.c_str(), &status) == 0 && status.st_ino == inode_) ::unlink(path_.c_str());
}

void HandoverOffer::listen() {
  watch_.emplace(loop_, socket_.get(), [this] { on_connection(); });
}

void HandoverOffer::on_connection() {
  files::Descriptor peer(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!peer.is_open()) {
    if (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR) return;
    // Out of descriptors: the socket would stay readable, and the loop would spin.
    log_warn("handover.no_descriptor",
             "no descriptor for a successor; nobody can take over any more",
             {{"reason", std::strerror(errno)}});
    return watch_.reset();
  }
  if (!is_trusted(peer.get())) {
    log_warn("handover.stranger", "somebody of another user asked for the listening sockets");
    return;
  }
  if (const std::string reason = events_.refusal(); !reason.empty()) {
    log_warn("handover.refused", "refused", {{"reason", reason}});
    static_cast<void>(io::send_message(peer.get(), str_cat(kRefused, reason)));
    return;
  }
  peer_ = std::move(peer);
  if (!offer()) return end_session();
  log_info("handover", "a successor has the listening sockets and is starting");
  watch_.emplace(loop_, peer_.get(), [this] { on_message(); });
}

bool HandoverOffer::offer() {
  for (const Offered& offered : events_.sockets()) {
    if (!io::send_message(peer_.get(), offered.name, offered.fd)) return false;
  }
  return static_cast<bool>(io::send_message(peer_.get(), kDone));
}

void HandoverOffer::on_message() {
  const auto message = io::receive_message(peer_.get(), kMessageBytesMax);
  if (!message && message.error().native == EAGAIN) return;
  if (!message || message->text != kReady) return end_session();
  const std::function<void()> on_taken = events_.on_taken;
  on_taken();
}

void HandoverOffer::end_session() {
  log_warn("handover.successor_ended", "the successor ended before it was ready; going on");
  watch_.reset();
  peer_.close();
  listen();
}

Result<std::optional<Takeover>> Takeover::begin(const std::string& state_dir) {
  std::optional<Takeover> takeover;
  sockaddr_un address{};
  if (!fill(address, path_in(state_dir))) {
    return fail(ErrorCode::kConfiguration, ENAMETOOLONG, "find the handover socket");
  }
  files::Descriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  const timeval patience{kAnswerSeconds, 0};
  if (!socket.is_open() ||
      ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0) {
    return failure("open a socket for the handover");
  }
  if (::connect(socket.get(), as_sockaddr(address), sizeof address) != 0) {
    if (errno == ENOENT || errno == ECONNREFUSED) return takeover;
    return failure("ask the running intake for its sockets");
  }
  if (!is_trusted(socket.get())) {
    return fail(ErrorCode::kConfiguration, "ask the running intake: it is another user's");
  }
  takeover.emplace();
  while (takeover->sockets_.size() <= kSocketsMax) {
    auto message = io::receive_message(socket.get(), kMessageBytesMax);
    if (!message) return fail(message.error());
    if (message->text == kDone) {
      takeover->socket_ = std::move(socket);
      return takeover;
    }
    if (message->text.starts_with(kRefused)) {
      log_error("handover.refuses", "the running intake refuses",
                {{"reason", std::string_view(message->text).substr(kRefused.size())}});
      return fail(ErrorCode::kRejected, "take over the running intake's sockets");
    }
    if (message->text == kStateLockName) {
      takeover->lock_ = files::FileLock::adopt(std::move(message->fd));
      continue;
    }
    auto adopted = io::ListenSocket::adopt(std::move(message->fd), io::Keeper::kSomeone);
    if (!adopted) return fail(adopted.error());
    takeover->sockets_.push_back({std::move(*adopted), std::move(message->text)});
  }
  return fail(ErrorCode::kRejected, "take over the running intake's sockets: too many");
}

bool Takeover::say_ready() { return static_cast<bool>(io::send_message(socket_.get(), kReady)); }

}  // namespace penstock::app
