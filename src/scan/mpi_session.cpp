#include "mutauscan/scan/mpi_session.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <limits>
#include <list>
#include <numeric>
#include <stdexcept>

#include <sched.h>

#include <mpi.h>

#include "mutauscan/scan/patience.hpp"
#include "mutauscan/scan/stop.hpp"

namespace mutauscan {
namespace {

enum Tag : int { tag_batch = 1, tag_rows = 2, tag_stop = 3, tag_dismiss = 4, tag_block = 5 };

/// The processes that work on one scan, or on one slice of it: all, until they are divided.
MPI_Comm group = MPI_COMM_WORLD;

void check(int result, const char* what) {
  if (result != MPI_SUCCESS) throw std::runtime_error(std::string("MPI: ") + what + " failed");
}

bool launched_by_mpi() {
  // OpenMPI, PMIx (srun --mpi=pmix), MPICH and Intel MPI (PMI)
  for (const char* variable : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_SIZE"})
    if (std::getenv(variable)) return true;
  return false;
}

int environment_number(const char* variable) {
  const char* text = std::getenv(variable);
  int number = 0;
  if (text) std::from_chars(text, text + std::strlen(text), number);
  return number;
}

/// Whether the launcher has started several processes, whatever MPI it speaks to. PMIx (srun) gives ranks
/// only.
bool launched_with_others() {
  for (const char* size : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (std::getenv(size)) return environment_number(size) > 1;
  return environment_number("PMIX_RANK") > 0 || environment_number("SLURM_STEP_NUM_TASKS") > 1;
}

constexpr std::chrono::microseconds longest_pause{1000};

/// Like MPI_Wait, which spins.
void wait_patiently(MPI_Request& request) {
  Patience patience(longest_pause);
  for (int done = 0; true; patience.wait()) {
    check(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "MPI_Test");
    if (done) return;
  }
}

void patient_broadcast(void* data, int count, MPI_Datatype type) {
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Ibcast(data, count, type, 0, group, &request), "MPI_Ibcast");
  wait_patiently(request);
}

int threads_per_process() { return std::max(environment_number("OMP_NUM_THREADS"), 1); }

}  // namespace

std::string mpi_library() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = "";
  int length = 0;
  check(MPI_Get_library_version(text, &length), "MPI_Get_library_version");
  // MPICH: "MPICH Version:\t4.0.2\nMPICH Release date..."; Open MPI: "Open MPI v4.1.4, package: ..."
  std::string name(text, std::size_t(length));
  name.resize(std::min(name.find_first_of(",\n"), name.size()));
  std::replace(name.begin(), name.end(), '\t', ' ');
  return name;
}

MpiSession::MpiSession() : exceptions_at_start_(std::uncaught_exceptions()) {
  if (!launched_by_mpi()) return;
  // The heartbeat and the writer are threads; only this one calls MPI.
  int provided = MPI_THREAD_SINGLE;
  check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
  if (provided < MPI_THREAD_FUNNELED)
    throw std::runtime_error("this MPI library allows no threads beside MPI; it must be built with them");
  active_ = true;
  check(MPI_Comm_rank(MPI_COMM_WORLD, &rank_), "MPI_Comm_rank");
  check(MPI_Comm_size(MPI_COMM_WORLD, &size_), "MPI_Comm_size");
  if (size_ == 1 && launched_with_others()) {
    MPI_Finalize();
    throw ForeignLauncher(
        "several processes were started, but " + mpi_library() +
        ", which this program was built with, sees one: the launcher is another MPI's. Hint: "
        "start it with the mpirun (or srun --mpi=...) of that library, as `which mpirun` and "
        "`mpirun --version` show");
  }
}

MpiSession::~MpiSession() {
  if (!active_) return;
  if (std::uncaught_exceptions() > exceptions_at_start_) return;
  if (group != MPI_COMM_WORLD) MPI_Comm_free(&group);
  MPI_Finalize();
}

std::string MpiSession::broadcast(const std::string& text) const {
  if (size_ == 1) return text;
  std::uint64_t length = text.size();
  patient_broadcast(&length, 1, MPI_UINT64_T);
  std::string received = text;
  received.resize(length);
  for (std::uint64_t offset = 0; offset < length;) {
    const int part = int(std::min<std::uint64_t>(length - offset, std::numeric_limits<int>::max()));
    patient_broadcast(received.data() + offset, part, MPI_CHAR);
    offset += std::uint64_t(part);
  }
  return received;
}

Slice MpiSession::divide(int groups) {
  if (!active_) return {};
  const int world_rank = rank_;
  if (groups > 0)
    check(MPI_Comm_split(MPI_COMM_WORLD, int(std::int64_t(world_rank) * groups / size_), world_rank, &group),
          "MPI_Comm_split");
  else
    check(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, world_rank, MPI_INFO_NULL, &group),
          "MPI_Comm_split_type");
  check(MPI_Comm_rank(group, &rank_), "MPI_Comm_rank");
  check(MPI_Comm_size(group, &size_), "MPI_Comm_size");

  // The first of each group number the groups in the order of their ranks.
  MPI_Comm first = MPI_COMM_NULL;
  check(MPI_Comm_split(MPI_COMM_WORLD, rank_ == 0 ? 0 : MPI_UNDEFINED, world_rank, &first), "MPI_Comm_split");
  std::array<int, 2> place{};  // number from 0, count
  if (rank_ == 0) {
    check(MPI_Comm_rank(first, &place[0]), "MPI_Comm_rank");
    check(MPI_Comm_size(first, &place[1]), "MPI_Comm_size");
    check(MPI_Comm_free(&first), "MPI_Comm_free");
  }
  check(MPI_Bcast(place.data(), 2, MPI_INT, 0, group), "MPI_Bcast");
  return {std::uint64_t(place[0]) + 1, std::uint64_t(place[1])};
}

int MpiSession::largest(int value) const {
  if (!active_) return value;
  MPI_Request request = MPI_REQUEST_NULL;
  int result = value;
  check(MPI_Iallreduce(&value, &result, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD, &request), "MPI_Iallreduce");
  wait_patiently(request);
  return result;
}

std::string MpiSession::oversubscription() const {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  // It fails where the kernel knows of more CPUs than fit into the mask. Such a node is not crowded as far as
  // can be told, but takes part in what follows, which is collective.
  if (sched_getaffinity(0, sizeof mask, &mask) != 0) std::memset(&mask, 0xff, sizeof mask);
  int ranks_on_node = 1;
  bool speaks_for_node = true;
  MPI_Comm node = MPI_COMM_NULL;
  if (active_) {
    check(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node),
          "MPI_Comm_split_type");
    int rank_on_node = 0;
    check(MPI_Comm_size(node, &ranks_on_node), "MPI_Comm_size");
    check(MPI_Comm_rank(node, &rank_on_node), "MPI_Comm_rank");
    check(MPI_Allreduce(MPI_IN_PLACE, &mask, int(sizeof mask), MPI_BYTE, MPI_BOR, node), "MPI_Allreduce");
    check(MPI_Comm_free(&node), "MPI_Comm_free");
    speaks_for_node = rank_on_node == 0;
  }
  const int cpus = CPU_COUNT(&mask);
  const int threads = threads_per_process();
  int world_rank = 0;
  if (active_) check(MPI_Comm_rank(MPI_COMM_WORLD, &world_rank), "MPI_Comm_rank");
  int crowded = speaks_for_node && ranks_on_node * threads > cpus ? 1 : 0;
  // How much too much, and of what: rank 0 shows the worst node.
  std::array<int, 3> example = {crowded ? ranks_on_node * threads - cpus : 0, ranks_on_node, cpus};
  if (active_) {
    check(MPI_Allreduce(MPI_IN_PLACE, &crowded, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD), "MPI_Allreduce");
    std::array<int, 2> mine = {example[0], world_rank}, worst{};
    check(MPI_Allreduce(mine.data(), worst.data(), 1, MPI_2INT, MPI_MAXLOC, MPI_COMM_WORLD), "MPI_Allreduce");
    check(MPI_Bcast(example.data(), 3, MPI_INT, worst[1], MPI_COMM_WORLD), "MPI_Bcast");
  }
  if (crowded == 0 || world_rank != 0) return "";
  return std::to_string(example[1]) + " processes x " + std::to_string(threads) + " threads share " +
         std::to_string(example[2]) + " CPUs" +
         (crowded > 1 ? ", and more are crowded: " + std::to_string(crowded) + " nodes in all" : "");
}

/// Messages whose transfer has begun. The slots are filled again and again; their number bounds memory.
struct WorkerPool::Receptions {
  static constexpr std::size_t slots = 16;
  std::array<MPI_Request, slots> requests;
  std::array<int, slots> workers{};
  std::array<std::vector<double>, slots> rows;
  std::array<std::vector<std::uint8_t>, slots> blocks;  // a slot has either

  /// Batches on their way: a worker takes part in the transfer of a long message between points only.
  std::list<std::pair<MPI_Request, std::vector<double>>> sent;

  Receptions() { requests.fill(MPI_REQUEST_NULL); }

  void forget_what_has_arrived() {
    std::erase_if(sent, [](auto& message) {
      int done = 0;
      check(MPI_Test(&message.first, &done, MPI_STATUS_IGNORE), "MPI_Test");
      return done != 0;
    });
  }

  void begin_new_ones() {
    for (std::size_t slot = 0; slot < slots; ++slot) {
      if (requests[slot] != MPI_REQUEST_NULL) continue;
      int there = 0, length = 0;
      MPI_Message message = MPI_MESSAGE_NULL;
      MPI_Status status;
      check(MPI_Improbe(MPI_ANY_SOURCE, MPI_ANY_TAG, group, &there, &message, &status), "MPI_Improbe");
      if (!there) return;
      workers[slot] = status.MPI_SOURCE;
      const bool is_block = status.MPI_TAG == tag_block;
      const MPI_Datatype type = is_block ? MPI_BYTE : MPI_DOUBLE;
      check(MPI_Get_count(&status, type, &length), "MPI_Get_count");
      rows[slot].resize(is_block ? 0 : std::size_t(length));
      blocks[slot].resize(is_block ? std::size_t(length) : 0);
      void* memory = is_block ? static_cast<void*>(blocks[slot].data()) : rows[slot].data();
      check(MPI_Imrecv(memory, length, type, &message, &requests[slot]), "MPI_Imrecv");
    }
  }

  /// The slot of a message that is complete; it is free again.
  std::optional<std::size_t> arrived() {
    int slot = MPI_UNDEFINED, done = 0;
    check(MPI_Testany(int(slots), requests.data(), &slot, &done, MPI_STATUS_IGNORE), "MPI_Testany");
    if (!done || slot == MPI_UNDEFINED) return std::nullopt;
    return std::size_t(slot);
  }
};

WorkerPool::WorkerPool(const MpiSession& session, const RowLayout& layout)
    : workers_(session.size() - 1),
      outstanding_(std::size_t(session.size()), 0),
      received_(layout),
      receptions_(std::make_unique<Receptions>()) {}

WorkerPool::~WorkerPool() = default;

int WorkerPool::outstanding_total() const {
  return std::accumulate(outstanding_.begin(), outstanding_.end(), 0);
}

void WorkerPool::send(int worker, Batch batch) {
  receptions_->forget_what_has_arrived();
  auto& [request, message] = receptions_->sent.emplace_back(MPI_REQUEST_NULL, std::move(batch.u));
  message.push_back(double(batch.indices.lower()));  // indices are below 2^53
  message.push_back(double(batch.indices.upper()));
  check(MPI_Isend(message.data(), int(message.size()), MPI_DOUBLE, worker, tag_batch, group, &request),
        "MPI_Isend");
  ++outstanding_[std::size_t(worker)];
}

std::optional<BatchResult> WorkerPool::poll() {
  if (workers_ == 0) return std::nullopt;
  receptions_->begin_new_ones();
  const auto arrived = receptions_->arrived();
  if (!arrived) return std::nullopt;
  const int worker = receptions_->workers[*arrived];
  std::vector<double>& rows = receptions_->rows[*arrived];
  std::vector<std::uint8_t>& block = receptions_->blocks[*arrived];
  --outstanding_[std::size_t(worker)];
  received_.clear();
  if (rows.empty()) {
    const bool stopped = block.back() != 0;
    block.pop_back();
    return BatchResult{worker, stopped, received_, EncodedBlock(std::move(block), received_.layout())};
  }
  const bool stopped = rows.back() != 0.0;
  rows.pop_back();
  received_.exchange_packed(rows);
  return BatchResult{worker, stopped, received_, {}};
}

void WorkerPool::ask_to_stop() {
  for (int worker = 1; worker <= workers_; ++worker)
    check(MPI_Send(nullptr, 0, MPI_BYTE, worker, tag_stop, group), "MPI_Send");
}

void WorkerPool::dismiss() {
  for (int worker = 1; worker <= workers_; ++worker)
    check(MPI_Send(nullptr, 0, MPI_BYTE, worker, tag_dismiss, group), "MPI_Send");
  receptions_->forget_what_has_arrived();
}

struct BatchServer::Impl {
  explicit Impl(int compression) : encoder(compression) {}

  BlockEncoder encoder;
  bool stopping = false;
  std::vector<double> rows;  // in flight until `request` completes, one of the two
  std::vector<std::uint8_t> block;
  MPI_Request request = MPI_REQUEST_NULL;

  /// Notes a stop from rank 0, if one has come.
  void look_for_stop() {
    int there = 0;
    check(MPI_Iprobe(0, tag_stop, group, &there, MPI_STATUS_IGNORE), "MPI_Iprobe");
    if (!there) return;
    check(MPI_Recv(nullptr, 0, MPI_BYTE, 0, tag_stop, group, MPI_STATUS_IGNORE), "MPI_Recv");
    stopping = true;
  }
};

BatchServer::BatchServer(int compression) : impl_(std::make_unique<Impl>(compression)) {}
BatchServer::~BatchServer() = default;

std::optional<Batch> BatchServer::next() {
  Patience patience(longest_pause);
  while (true) {
    MPI_Status status;
    int there = 0;
    check(MPI_Iprobe(0, MPI_ANY_TAG, group, &there, &status), "MPI_Iprobe");
    if (!there) {
      patience.wait();
      continue;
    }
    if (status.MPI_TAG == tag_stop) {
      impl_->look_for_stop();
      continue;
    }
    if (status.MPI_TAG == tag_dismiss) {
      check(MPI_Recv(nullptr, 0, MPI_BYTE, 0, tag_dismiss, group, MPI_STATUS_IGNORE), "MPI_Recv");
      check(MPI_Wait(&impl_->request, MPI_STATUS_IGNORE), "MPI_Wait");
      return std::nullopt;
    }
    int length = 0;
    check(MPI_Get_count(&status, MPI_DOUBLE, &length), "MPI_Get_count");
    std::vector<double> message(static_cast<std::size_t>(length));
    check(MPI_Recv(message.data(), length, MPI_DOUBLE, 0, tag_batch, group, MPI_STATUS_IGNORE), "MPI_Recv");
    const auto upper = std::uint64_t(message.back());
    message.pop_back();
    const auto lower = std::uint64_t(message.back());
    message.pop_back();
    return Batch{IndexRange(lower, upper), std::move(message)};
  }
}

bool BatchServer::should_stop() {
  if (!impl_->stopping) impl_->look_for_stop();
  impl_->stopping |= stop_signal_received();
  return impl_->stopping;
}

void BatchServer::reply(RowBlock& rows) {
  check(MPI_Wait(&impl_->request, MPI_STATUS_IGNORE), "MPI_Wait");
  const bool stopped = stop_signal_received();
  const auto send = [&](auto& message, MPI_Datatype type, Tag tag) {
    message.push_back(stopped ? 1 : 0);
    check(MPI_Isend(message.data(), int(message.size()), type, 0, tag, group, &impl_->request), "MPI_Isend");
  };
  if (rows.rows() == block_rows) {
    impl_->encoder.encode(rows, impl_->block);
    rows.clear();
    send(impl_->block, MPI_BYTE, tag_block);
  } else {
    impl_->rows.clear();
    rows.exchange_packed(impl_->rows);
    send(impl_->rows, MPI_DOUBLE, tag_rows);
  }
}

void abort_other_ranks(int exit_code) {
  int initialised = 0, finalised = 0;
  MPI_Initialized(&initialised);
  MPI_Finalized(&finalised);
  if (initialised && !finalised) MPI_Abort(MPI_COMM_WORLD, exit_code);
}

}  // namespace mutauscan
