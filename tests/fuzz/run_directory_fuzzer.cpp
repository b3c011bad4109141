// libFuzzer target: a run directory may hold anything, and reading it ends in rows or in a StorageError.
// The first byte of the input chooses what is fuzzed: the manifest; a lock and a crash journal; a chunk with
// bytes flipped under its name; a sound HDF5 file whose datasets and attributes are not those of a chunk,
// under a name that vouches for it. Bytes that HDF5 itself parses are not fuzzed: the checksum in a chunk's
// name keeps damage from it.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include <hdf5.h>

#include "mutauscan/io/run_directory.hpp"
#include "mutauscan/scan/crash_journal.hpp"

namespace {

namespace fs = std::filesystem;
using namespace mutauscan;

const RunIdentity identity{"# config", R"({"model":{"kind":"mutau","regulator":"pu"},"scan":{"points":10}})",
                           10};

/// A sound run of one chunk, in memory-backed storage, made once.
struct SoundRun {
  fs::path run;
  std::string manifest, chunk;
  fs::path chunk_name;

  SoundRun() {
    std::string name = "/dev/shm/mutauscan-fuzz-XXXXXX";
    run = mkdtemp(name.data());
    {
      RunDirectory store(run, identity, {10, 1}, 1);
      const RowLayout& layout = *find_model_kind("mutau")->layout;
      RowBlock rows(layout);
      for (std::uint64_t i = 0; i < 3; ++i) {
        std::vector<double> row(layout.width(), 0.0);
        row[0] = double(i);
        rows.append_packed(row.data(), 1);
      }
      store.add(rows);
      store.flush();
    }
    manifest = read_text(run / "manifest.json");
    chunk_name = fs::directory_iterator(run / "chunks")->path();
    chunk = read_text(chunk_name);
  }
  ~SoundRun() { fs::remove_all(run); }
};

const SoundRun& sound() {
  static const SoundRun instance;
  return instance;
}

void write(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

void read_manifest_and_chunks() {
  try {
    const Manifest manifest = Manifest::load(sound().run);
    config_differences(manifest.identity().config_json, identity.config_json);
    const RunInventory inventory = take_inventory(sound().run, manifest);
    for (const Chunk& chunk : inventory.chunks) ColumnFileReader(chunk.path).attributes();
  } catch (const StorageError&) {
  }
}

/// A file in HDF5 with what the bytes say: a dataset of some type and shape, or an attribute, at a time.
void write_other_file(const fs::path& path, const std::uint8_t* data, std::size_t size) {
  write(path, sound().chunk);
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  if (file < 0) std::abort();
  const hid_t types[] = {H5T_NATIVE_DOUBLE, H5T_STD_I32LE,    H5T_STD_U64LE,
                         H5T_C_S1,          H5T_NATIVE_SCHAR, H5T_IEEE_F32BE};
  const char* attributes[] = {"schema_version", "config_hash", "config", "points", "run_id"};
  for (std::size_t i = 0; i + 4 <= size; i += 4) {
    const hid_t type = types[data[i + 1] % std::size(types)];
    const hsize_t extent[2] = {data[i + 2] % 8U, data[i + 3] % 8U};
    const int rank = data[i + 3] % 3;
    const hid_t space = rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, extent, nullptr);
    std::vector<std::uint8_t> values(1024, data[i + 3]);
    if (data[i] % 2 == 0) {
      const char* name = attributes[data[i] / 2 % std::size(attributes)];
      H5Adelete(file, name);
      const hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
      H5Awrite(attribute, type, values.data());
      H5Aclose(attribute);
    } else {
      const RowLayout& layout = *find_model_kind("mutau")->layout;
      const std::string name = layout.columns()[data[i] / 2U % layout.width()].path();
      H5Ldelete(file, name.c_str(), H5P_DEFAULT);
      if (data[i + 2] < 0xf0) {
        const hid_t dataset =
            H5Dcreate2(file, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
        H5Dclose(dataset);
      } else {
        H5Gclose(H5Gcreate2(file, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
      }
    }
    H5Sclose(space);
  }
  H5Fclose(file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  const fs::path run = sound().run;
  switch (data[0] % 4) {
    case 0:
      write(run / "manifest.json", text);
      read_manifest_and_chunks();
      write(run / "manifest.json", sound().manifest);
      break;
    case 1: {
      write(run / "lock", text);
      is_locked_by_live_process(run);
      fs::remove(run / "lock");
      fs::create_directory(run / "crashes");
      write(run / "crashes" / "a.txt", text);
      count_crashes(run);
      break;
    }
    case 2: {
      std::string damaged = sound().chunk;
      for (std::size_t i = 0; i + 3 <= text.size(); i += 3) {
        const std::size_t at = std::uint8_t(text[i]) * 256U + std::uint8_t(text[i + 1]);
        damaged[at * 7 % damaged.size()] ^= text[i + 2];
      }
      write(sound().chunk_name, damaged);
      const RunInventory inventory = take_inventory(run, Manifest::load(run));
      if (inventory.damaged.empty() != (damaged == sound().chunk)) std::abort();
      write(sound().chunk_name, sound().chunk);
      break;
    }
    case 3: {
      const fs::path other = run / "chunks" / "other.h5";
      write_other_file(other, data + 1, std::min<std::size_t>(size - 1, 64));
      const std::string content = read_text(other);
      const fs::path named = run / "chunks" / ("chunk-" + xxh3_hex(content.data(), content.size()) + ".h5");
      fs::rename(other, named);
      read_manifest_and_chunks();
      fs::remove(named);
      break;
    }
  }
  return 0;
}
