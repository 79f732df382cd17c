#include "control/handler.h"

#include <deque>
#include <utility>

#include <sys/stat.h>

#include "base/bytes.h"
#include "base/text.h"
#include "files/folder.h"
#include "http/router.h"
#include "io/listen_socket.h"

namespace penstock::control {
namespace {

struct Job {
  const Act* act = nullptr;
  std::string segment;
  std::string body;
  server::Responder responder;
  http::Response response;
};

}  // namespace

// Shared with the pool's thread, which may outlive the handler; all but the running job's own is
// the loop's.
struct ControlHandler::State : std::enable_shared_from_this<ControlHandler::State> {
  State(io::Loop& loop_in, std::vector<Act> acts_in) : loop(loop_in), acts(std::move(acts_in)) {
    int number = 0;
    for (const Act& act : acts) router.add(act.method, act.path, number++);
  }

  void run_next() {
    if (is_running || waiting.empty()) return;
    is_running = true;
    const auto job = std::make_shared<Job>(std::move(waiting.front()));
    waiting.pop_front();
    loop.run_in_pool([self = shared_from_this(),
                      job] { job->response = job->act->run(job->segment, job->body); },
                     [self = shared_from_this(), job] {
                       self->is_running = false;
                       if (self->is_closed) return;
                       job->responder.respond(job->response);
                       self->run_next();
                     });
  }

  io::Loop& loop;
  const std::vector<Act> acts;
  http::Router router;
  std::deque<Job> waiting;
  bool is_running = false;
  bool is_closed = false;  // The handler is gone, and the server with it.
};

ControlHandler::ControlHandler(io::Loop& loop, std::vector<Act> acts)
    : state_(std::make_shared<State>(loop, std::move(acts))) {}

ControlHandler::~ControlHandler() {
  state_->is_closed = true;
  state_->waiting.clear();
}

void ControlHandler::on_request(const http::Request& request, const server::Peer& /*peer*/,
                                server::Responder responder) {
  const http::Match match = state_->router.find(request.method, request.path);
  if (match.kind == http::Match::Kind::kNoSuchPath) {
    responder.respond(http::error_response(404, "no_such_act", "this program does no such thing"));
    return;
  }
  if (match.kind == http::Match::Kind::kWrongMethod) {
    auto refusal = http::error_response(405, "method_not_allowed", str_cat("use ", match.allow));
    refusal.headers.emplace_back("Allow", match.allow);
    responder.respond(refusal);
    return;
  }
  if (state_->waiting.size() >= kWaitingMax) {
    responder.respond(http::error_response(503, "busy", "too many requests wait already"));
    return;
  }
  Job job;
  job.act = &state_->acts[static_cast<std::size_t>(match.route)];
  job.segment = match.segment;
  job.body.reserve(request.body.size() + kReadablePadding);
  job.body = request.body;
  job.responder = responder;
  state_->waiting.push_back(std::move(job));
  state_->run_next();
}

Result<void> listen(server::HttpServer& server, const std::string& address) {
  const auto parsed = io::parse_socket_address(address);
  if (!parsed) return fail(parsed.error());
  if (!parsed->is_unix()) {
    return fail(ErrorCode::kConfiguration, "listen for requests of our own: no unix socket");
  }
  struct stat folder {};
  const std::string path = address.substr(address.find(':') + 1);
  const bool is_shared =
      ::stat(files::folder_of(path).c_str(), &folder) == 0 && (folder.st_mode & S_ISGID) != 0;
  auto socket = io::ListenSocket::open(*parsed, is_shared ? 0660 : 0600);
  if (!socket) return fail(socket.error());
  server.listen(std::move(*socket));
  return {};
}

}  // namespace penstock::control
