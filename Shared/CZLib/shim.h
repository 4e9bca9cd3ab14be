#include <zlib.h>

/* inflateInit2 and deflateInit2 are macros, which Swift does not import. Window bits: 15 + 32 takes a zlib or a gzip
   header, told apart by zlib; 15 + 16 is gzip; -15 is raw deflate. */
static inline int holdfast_inflate_init(z_stream *stream, int window_bits) { return inflateInit2(stream, window_bits); }
