//! Where a packet goes, hop by hop.
